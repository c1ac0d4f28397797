# SPDX-License-Identifier: GPL-2.0-or-later
# cmake -DOUT=FILE -DMACRO=NAME -DVERSION=LLVM -DSOURCES=LIST -P SourceDigest.cmake
# Writes a header that defines NAME as the hash of these sources and this version.
set(ALL "${VERSION}")
foreach(SOURCE IN LISTS SOURCES)
  file(SHA256 ${SOURCE} HASH)
  get_filename_component(NAME ${SOURCE} NAME)
  string(APPEND ALL " ${NAME} ${HASH}")
endforeach()
string(SHA256 HASH "${ALL}")
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define ${MACRO} \"${HASH}\"\n")
