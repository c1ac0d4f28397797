# SPDX-License-Identifier: GPL-2.0-or-later
# A digest of all that decides what the checks say of given lock programs.
file(GLOB CHECKS_SOURCES CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/analyzer/checks/*.h ${CMAKE_SOURCE_DIR}/analyzer/checks/*.cpp
  ${CMAKE_SOURCE_DIR}/runtime/lockdep/*.h ${CMAKE_SOURCE_DIR}/runtime/lockdep/*.cpp)
holdfast_source_digest(ChecksDigest.h HOLDFAST_CHECKS_DIGEST ${CHECKS_SOURCES}
                       ${ALL_SOLVE_SOURCES})
target_sources(holdfast_checks PRIVATE ${STORE_GENERATED}/ChecksDigest.h)
target_include_directories(holdfast_checks SYSTEM PRIVATE ${STORE_GENERATED}
                                                          ${CEREAL_INCLUDE})
