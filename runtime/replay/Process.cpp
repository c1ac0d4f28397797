// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Process.h"
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast {

namespace {

[[noreturn]] void becomeChild(const std::vector<std::string> &Arguments,
                              const std::string &Folder, int Out, bool Merge) {
  setpgid(0, 0);
  dup2(Out, STDOUT_FILENO);
  if (Merge)
    dup2(Out, STDERR_FILENO);
  int Null = open("/dev/null", O_RDONLY);
  dup2(Null, STDIN_FILENO);
  if (!Folder.empty() && chdir(Folder.c_str()) != 0)
    _exit(126);
  std::vector<char *> Raw;
  for (const std::string &A : Arguments)
    Raw.push_back(const_cast<char *>(A.c_str()));
  Raw.push_back(nullptr);
  execvp(Raw[0], Raw.data());
  _exit(127);
}

/// Reads until the other end closes or Deadline passes; false: it passed.
bool pump(int In, std::chrono::steady_clock::time_point Deadline, bool Forever,
          const std::function<void(const std::string &)> &OnLine) {
  std::string Rest;
  char Buffer[65536];
  for (;;) {
    auto Left = std::chrono::duration_cast<std::chrono::milliseconds>(
                    Deadline - std::chrono::steady_clock::now())
                    .count();
    if (!Forever && Left <= 0)
      return false;
    pollfd P{In, POLLIN, 0};
    int Ready = poll(&P, 1, Forever ? -1 : static_cast<int>(Left));
    if (Ready < 0 && errno != EINTR)
      return true;
    if (Ready <= 0)
      continue;
    ssize_t N = read(In, Buffer, sizeof Buffer);
    if (N <= 0)
      break;
    Rest.append(Buffer, static_cast<size_t>(N));
    size_t Start = 0;
    for (size_t End; (End = Rest.find('\n', Start)) != std::string::npos; Start = End + 1)
      OnLine(Rest.substr(Start, End - Start));
    Rest.erase(0, Start);
  }
  if (!Rest.empty())
    OnLine(Rest);
  return true;
}

} // namespace

Ended runProcess(const std::vector<std::string> &Arguments, const std::string &Folder,
                 unsigned Seconds, bool Merge,
                 const std::function<void(const std::string &)> &OnLine) {
  Ended E;
  int Pipe[2];
  if (pipe2(Pipe, O_CLOEXEC) != 0)
    return E;
  pid_t Child = fork();
  if (Child == 0)
    becomeChild(Arguments, Folder, Pipe[1], Merge);
  close(Pipe[1]);
  if (Child < 0) {
    close(Pipe[0]);
    return E;
  }
  auto Deadline = std::chrono::steady_clock::now() + std::chrono::seconds(Seconds);
  E.TimedOut = !pump(Pipe[0], Deadline, Seconds == 0, OnLine);
  close(Pipe[0]);
  if (E.TimedOut)
    kill(-Child, SIGKILL); // the group that we made for it
  int Status = 0;
  while (waitpid(Child, &Status, 0) < 0 && errno == EINTR)
    ;
  if (WIFEXITED(Status))
    E.Code = WEXITSTATUS(Status);
  else if (WIFSIGNALED(Status))
    E.Signal = WTERMSIG(Status);
  return E;
}

Ended runQuietly(const std::vector<std::string> &Arguments, const std::string &Folder,
                 std::string &Tail, unsigned Seconds) {
  std::deque<std::string> Last;
  Ended E = runProcess(Arguments, Folder, Seconds, true, [&](const std::string &Line) {
    Last.push_back(Line);
    if (Last.size() > 20)
      Last.pop_front();
  });
  Tail.clear();
  for (const std::string &Line : Last)
    Tail += Line + "\n";
  return E;
}

std::string quoted(const std::string &Word) {
  static const char *Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789_-./=+,:@%";
  if (!Word.empty() && Word.find_first_not_of(Plain) == std::string::npos)
    return Word;
  std::string Text = "'";
  for (char C : Word)
    Text += C == '\'' ? std::string("'\\''") : std::string(1, C);
  return Text + "'";
}

} // namespace holdfast
