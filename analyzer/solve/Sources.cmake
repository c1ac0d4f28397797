# SPDX-License-Identifier: GPL-2.0-or-later
# A digest of all that decides what solving yields, so that no change of the solver
# can meet what an earlier one kept.
find_path(CEREAL_INCLUDE cereal/cereal.hpp)
if(NOT CEREAL_INCLUDE)
  message(FATAL_ERROR "cereal is missing: install libcereal-dev")
endif()
file(GLOB SOLVE_SOURCES CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/analyzer/model/*.h ${CMAKE_SOURCE_DIR}/analyzer/model/*.cpp
  ${CMAKE_SOURCE_DIR}/analyzer/link/*.h ${CMAKE_SOURCE_DIR}/analyzer/link/*.cpp
  ${CMAKE_SOURCE_DIR}/analyzer/solve/*.h ${CMAKE_SOURCE_DIR}/analyzer/solve/*.cpp)
set(ALL_SOLVE_SOURCES ${SOLVE_SOURCES})
# Contexts are asked for anew each time.
list(FILTER SOLVE_SOURCES EXCLUDE REGEX "/model/Finding\\.|/solve/Contexts\\.")
holdfast_source_digest(SolveDigest.h HOLDFAST_SOLVE_DIGEST ${SOLVE_SOURCES})
target_sources(holdfast_solve PRIVATE ${STORE_GENERATED}/SolveDigest.h)
target_include_directories(holdfast_solve SYSTEM PRIVATE ${STORE_GENERATED}
                                                         ${CEREAL_INCLUDE})
