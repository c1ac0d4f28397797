// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/MakeRun.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using llvm::StringRef;

extern char **environ;

namespace holdfast {

namespace {

volatile std::sig_atomic_t Caught = 0;

void onSignal(int Signal) { Caught = Signal; }

/// Notes SIGINT and SIGTERM for as long as it lives.
class SignalWatch {
public:
  SignalWatch() {
    Caught = 0;
    struct sigaction Action = {};
    Action.sa_handler = onSignal;
    sigaction(SIGINT, &Action, &OldInt);
    sigaction(SIGTERM, &Action, &OldTerm);
  }
  ~SignalWatch() {
    sigaction(SIGINT, &OldInt, nullptr);
    sigaction(SIGTERM, &OldTerm, nullptr);
  }
  SignalWatch(const SignalWatch &) = delete;

private:
  struct sigaction OldInt = {}, OldTerm = {};
};

/// A file descriptor that is closed with its owner.
class Descriptor {
public:
  explicit Descriptor(int Fd) : Fd(Fd) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor &) = delete;
  int get() const { return Fd; }
  void reset() {
    if (Fd >= 0)
      close(Fd);
    Fd = -1;
  }

private:
  int Fd;
};

/// The environment of make: ours, with \p Changes.
std::vector<std::string>
environmentWith(llvm::ArrayRef<std::pair<std::string, std::string>> Changes) {
  std::vector<std::string> Result;
  for (char **Variable = environ; *Variable; ++Variable) {
    StringRef Name = StringRef(*Variable).split('=').first;
    if (llvm::none_of(Changes, [&](auto &C) { return C.first == Name; }))
      Result.push_back(*Variable);
  }
  for (const auto &[Name, Value] : Changes)
    if (!Value.empty())
      Result.push_back(Name + "=" + Value);
  return Result;
}

std::vector<char *> pointers(std::vector<std::string> &Strings) {
  std::vector<char *> Result;
  for (std::string &S : Strings)
    Result.push_back(S.data());
  Result.push_back(nullptr);
  return Result;
}

/// Starts make with its output in \p Write. Only what is safe after fork()
/// happens in the child.
pid_t start(const MakeCommand &Command, int Write) {
  std::vector<std::string> Args = Command.Args;
  std::vector<std::string> Environment = environmentWith(Command.Environment);
  std::vector<char *> Argv = pointers(Args), Envp = pointers(Environment);
  pid_t Parent = getpid();
  pid_t Child = fork();
  if (Child != 0) {
    if (Child > 0)
      setpgid(Child, Child); // whoever comes first
    return Child;
  }
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != Parent)
    _exit(127);
  int Null = open("/dev/null", O_RDONLY);
  dup2(Null, 0);
  dup2(Write, 1);
  dup2(Write, 2);
  execvpe(Argv[0], Argv.data(), Envp.data());
  _exit(127);
}

/// Splits what arrives into lines and hands them on.
class LineReader {
public:
  template <typename LineFn> void add(StringRef Text, LineFn OnLine) {
    Pending += Text;
    size_t Begin = 0;
    for (size_t End; (End = Pending.find('\n', Begin)) != std::string::npos;
         Begin = End + 1)
      OnLine(StringRef(Pending).slice(Begin, End));
    Pending.erase(0, Begin);
  }

private:
  std::string Pending;
};

bool writeLog(int Fd, StringRef Text) {
  while (!Text.empty()) {
    ssize_t N = write(Fd, Text.data(), Text.size());
    if (N < 0 && errno == EINTR)
      continue;
    if (N < 0)
      return false;
    Text = Text.drop_front(static_cast<size_t>(N));
  }
  return true;
}

/// Interrupts the group of \p Child once a signal came or it is demanded, and
/// kills it when it does not end within some seconds.
class Stopper {
public:
  explicit Stopper(pid_t Child) : Child(Child) {}

  /// Ends it even if no signal came.
  void demand() { Demanded = true; }

  void check() {
    using Clock = std::chrono::steady_clock;
    if (!Caught && !Demanded)
      return;
    if (!Stopped) {
      kill(-Child, SIGINT);
      Stopped = true;
      Deadline = Clock::now() + std::chrono::seconds(5);
    } else if (Clock::now() > Deadline) {
      kill(-Child, SIGKILL);
    }
  }

private:
  pid_t Child;
  bool Demanded = false;
  bool Stopped = false;
  std::chrono::steady_clock::time_point Deadline;
};

int waitFor(pid_t Child, Stopper &Stop) {
  int Status = 0;
  while (true) {
    pid_t Done = waitpid(Child, &Status, WNOHANG);
    if (Done == Child)
      break;
    if (Done < 0 && errno != EINTR)
      return 127;
    Stop.check();
    poll(nullptr, 0, 20);
  }
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : 128 + WTERMSIG(Status);
}

} // namespace

void noteMakeLine(StringRef Line, MakeResult &Result) {
  StringRef Text = Line.trim();
  if (Text.starts_with("CC ") && Text.ends_with(".o")) {
    ++Result.Objects;
    return;
  }
  if (Text.contains("No space left on device"))
    Result.DiskFull = true;
  // Of make itself, or of what a makefile has make say ($(error ...)).
  bool IsMake =
      (Text.starts_with("make") && Text.contains("***")) || Text.contains(": *** ");
  bool IsTool = Text.contains(": error: ") || Text.contains("fatal error: ") ||
                Text.contains(": not found");
  // That a folder above the failed one failed as well says nothing new.
  bool IsEcho =
      IsMake && (Text.ends_with("Error 2") || Text.contains("[__sub-make]"));
  if ((IsMake || IsTool) && !IsEcho && Result.Errors.size() < 1000)
    Result.Errors.push_back(Text.str());
}

llvm::Expected<MakeResult>
runMake(const MakeCommand &Command,
        const std::function<void(size_t)> &OnObject) {
  Descriptor Log(open(Command.LogFile.c_str(),
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  int Ends[2];
  if (Log.get() < 0 || pipe2(Ends, O_CLOEXEC) != 0)
    return fileError("cannot write", Command.LogFile,
                     std::error_code(errno, std::generic_category()));
  Descriptor Read(Ends[0]), Write(Ends[1]);
  SignalWatch Watch;
  pid_t Child = start(Command, Write.get());
  if (Child < 0)
    return fileError("cannot run", Command.Args.front(),
                     std::error_code(errno, std::generic_category()));
  Write.reset();

  MakeResult Result;
  LineReader Lines;
  Stopper Stop(Child);
  char Buffer[65536];
  while (true) {
    pollfd Poll = {Read.get(), POLLIN, 0};
    int Ready = poll(&Poll, 1, 200);
    Stop.check();
    if (Ready == 0 || (Ready < 0 && errno == EINTR))
      continue;
    ssize_t N = read(Read.get(), Buffer, sizeof(Buffer));
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      break;
    StringRef Text(Buffer, static_cast<size_t>(N));
    if (!writeLog(Log.get(), Text))
      Result.DiskFull |= errno == ENOSPC;
    size_t Before = Result.Objects;
    Lines.add(Text, [&](StringRef Line) { noteMakeLine(Line, Result); });
    if (Result.DiskFull)
      Stop.demand(); // with -k it would try all that is left
    if (Result.Objects != Before && OnObject)
      OnObject(Result.Objects);
  }
  Result.Code = waitFor(Child, Stop);
  Result.Interrupted = Caught != 0;
  return Result;
}

} // namespace holdfast
