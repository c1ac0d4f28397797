// SPDX-License-Identifier: GPL-2.0-or-later
#include "Shell.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::selftest {

namespace {

int exitCode(int Status) {
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : 128 + WTERMSIG(Status);
}

} // namespace

std::string quote(const std::string &Word) {
  std::string Quoted = "'";
  for (char C : Word)
    Quoted += C == '\'' ? std::string("'\\''") : std::string(1, C);
  return Quoted + "'";
}

int shell(const std::string &Command, const fs::path &Folder, const fs::path &Log) {
  std::string Whole = "cd " + quote(Folder.string()) + " && exec >>" +
                      quote(Log.string()) + " 2>&1 && " + Command;
  return exitCode(std::system(Whole.c_str()));
}

int program(const std::vector<std::string> &Words) {
  pid_t Child = fork();
  if (Child < 0)
    throw Failure{"cannot fork"};
  if (Child == 0) {
    std::vector<char *> Arguments;
    for (const std::string &W : Words)
      Arguments.push_back(const_cast<char *>(W.c_str()));
    Arguments.push_back(nullptr);
    execvp(Arguments[0], Arguments.data());
    _exit(127);
  }
  int Status = 0;
  waitpid(Child, &Status, 0);
  return exitCode(Status);
}

std::string readFile(const fs::path &File) {
  std::ifstream In(File);
  std::ostringstream Content;
  Content << In.rdbuf();
  return Content.str();
}

void writeFile(const fs::path &File, const std::string &Content) {
  std::ofstream(File) << Content;
}

} // namespace holdfast::selftest
