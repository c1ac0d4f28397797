// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// holdfast-cc, the compiler that kbuild is given while `holdfast compdb` runs.
///
/// For an object of the kernel it compiles nothing: it copies an empty object
/// and writes the one-line dependency file that kbuild expects. The command
/// line itself needs no recording, because kbuild keeps it in `.X.o.cmd`. All
/// else (probes, host-like programs, generated assembly) runs the real compiler
/// with the arguments as they are.
///
/// Environment: HOLDFAST_CC is the real compiler (default clang-22),
/// HOLDFAST_EMPTY_OBJECT the object to copy (where it is not set nothing is
/// replaced), HOLDFAST_OBJECT_ROOT the only folder that empty objects may be
/// written below: in a folder that somebody builds in they would be linked.

#include "kbuild/KernelObject.h"
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const char *What, const std::string &Path) {
  std::fprintf(stderr, "holdfast-cc: error: cannot %s %s: %s\n", What,
               Path.c_str(), std::strerror(errno));
  std::exit(1);
}

void writeAll(int Fd, const char *Data, size_t Size, const std::string &Path) {
  while (Size > 0) {
    ssize_t N = write(Fd, Data, Size);
    if (N < 0 && errno == EINTR)
      continue;
    if (N < 0)
      fail("write", Path);
    Data += N;
    Size -= static_cast<size_t>(N);
  }
}

/// Replaces \p Path, so that a file shared with others is left as it is.
int openNew(const std::string &Path) {
  unlink(Path.c_str());
  int Fd = open(Path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (Fd < 0)
    fail("create", Path);
  return Fd;
}

void copyEmptyObject(const std::string &From, const std::string &To) {
  int In = open(From.c_str(), O_RDONLY | O_CLOEXEC);
  if (In < 0)
    fail("open", From);
  int Out = openNew(To);
  char Buffer[16384];
  ssize_t N = 0;
  while ((N = read(In, Buffer, sizeof(Buffer))) > 0)
    writeAll(Out, Buffer, static_cast<size_t>(N), To);
  if (N < 0)
    fail("read", From);
  if (close(Out) != 0)
    fail("write", To);
  close(In);
}

/// Links may lead out of the folder that is ours: refuses what lies elsewhere.
void demandBelowRoot(const std::string &Object) {
  const char *Root = std::getenv("HOLDFAST_OBJECT_ROOT");
  if (!Root || !*Root)
    return;
  size_t Slash = Object.rfind('/');
  std::string Folder =
      Slash == std::string::npos ? "." : Object.substr(0, Slash);
  char Resolved[PATH_MAX];
  if (!realpath(Folder.c_str(), Resolved))
    fail("resolve", Folder);
  size_t Length = std::strlen(Root);
  if (std::strncmp(Resolved, Root, Length) == 0 &&
      (Resolved[Length] == '/' || Resolved[Length] == '\0'))
    return;
  std::fprintf(stderr,
               "holdfast-cc: error: %s/ is outside of %s: not writing an empty "
               "object there\n",
               Resolved, Root);
  std::exit(1);
}

void writeDepfile(const holdfast::CompilerCall &Call) {
  std::string Path(Call.Depfile);
  std::string Text(Call.Output);
  Text.append(": ").append(Call.Source).append("\n");
  int Fd = openNew(Path);
  writeAll(Fd, Text.data(), Text.size(), Path);
  if (close(Fd) != 0)
    fail("write", Path);
}

} // namespace

int main(int Argc, char **Argv) {
  const char *Empty = std::getenv("HOLDFAST_EMPTY_OBJECT");
  if (Empty && *Empty) {
    holdfast::CompilerCall Call;
    for (int I = 1; I < Argc; ++I)
      Call.see(Argv[I]);
    if (Call.makesKernelObject()) {
      // A source that does not exist must fail as it would with a compiler.
      if (std::string Source(Call.Source); access(Source.c_str(), R_OK) != 0)
        fail("open", Source);
      std::string Object(Call.Output);
      demandBelowRoot(Object);
      if (!Call.Depfile.empty())
        writeDepfile(Call);
      copyEmptyObject(Empty, Object);
      return 0;
    }
  }
  const char *Real = std::getenv("HOLDFAST_CC");
  if (!Real || !*Real)
    Real = "clang-22";
  Argv[0] = const_cast<char *>(Real);
  execvp(Real, Argv);
  fail("run", Real);
}
