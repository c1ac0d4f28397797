# SPDX-License-Identifier: GPL-2.0-or-later
# What the store is built from beside its sources: the schema's reader and writer,
# and a digest of all that decides what a unit is lowered to. With the digest in
# the name of every entry, no change of the frontend can meet what an earlier
# frontend stored, while changes of link, solve and checks leave the store alone.
find_program(FLATC flatc)
find_path(FLATBUFFERS_INCLUDE flatbuffers/flatbuffers.h)
if(NOT FLATC OR NOT FLATBUFFERS_INCLUDE)
  message(FATAL_ERROR "flatbuffers is missing: install libflatbuffers-dev and "
                      "flatbuffers-compiler")
endif()
if(NOT LLVM_ENABLE_ZSTD)
  message(FATAL_ERROR "this LLVM was built without zstd")
endif()

set(STORE_GENERATED ${CMAKE_BINARY_DIR}/store)
file(GLOB LOWERING_SOURCES CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/analyzer/model/*.h ${CMAKE_SOURCE_DIR}/analyzer/model/*.cpp
  ${CMAKE_SOURCE_DIR}/analyzer/frontend/*.h ${CMAKE_SOURCE_DIR}/analyzer/frontend/*.cpp
  ${CMAKE_SOURCE_DIR}/analyzer/store/*.h ${CMAKE_SOURCE_DIR}/analyzer/store/*.cpp
  ${CMAKE_SOURCE_DIR}/analyzer/store/*.fbs)
# What of the rules matters to lowering is in Frontend::identity().
list(FILTER LOWERING_SOURCES EXCLUDE REGEX "/model/(Rules|Finding)\\.")

add_custom_command(
  OUTPUT ${STORE_GENERATED}/LockProgram_generated.h
  COMMAND ${FLATC} --cpp -o ${STORE_GENERATED}
          ${CMAKE_SOURCE_DIR}/analyzer/store/LockProgram.fbs
  DEPENDS ${CMAKE_SOURCE_DIR}/analyzer/store/LockProgram.fbs VERBATIM)
function(holdfast_source_digest HEADER MACRO)
  add_custom_command(
    OUTPUT ${STORE_GENERATED}/${HEADER}
    COMMAND ${CMAKE_COMMAND} -DOUT=${STORE_GENERATED}/${HEADER} -DMACRO=${MACRO}
            -DVERSION=${LLVM_VERSION} "-DSOURCES=${ARGN}"
            -P ${CMAKE_SOURCE_DIR}/analyzer/store/SourceDigest.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/analyzer/store/SourceDigest.cmake VERBATIM)
endfunction()
holdfast_source_digest(LoweringDigest.h HOLDFAST_LOWERING_DIGEST ${LOWERING_SOURCES})

target_sources(holdfast_store PRIVATE ${STORE_GENERATED}/LockProgram_generated.h
                                      ${STORE_GENERATED}/LoweringDigest.h)
target_include_directories(holdfast_store SYSTEM PRIVATE ${STORE_GENERATED}
                                                         ${FLATBUFFERS_INCLUDE})
