// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Progress.h"
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

using namespace holdfast;

Progress::Progress(std::string What, size_t Total, bool Quiet)
    : What(std::move(What)), Total(Total), Quiet(Quiet), Terminal(isatty(2)) {}

void Progress::step() {
  std::lock_guard<std::mutex> Guard(Lock);
  ++Done;
  if (Quiet)
    return;
  if (Terminal) {
    std::fprintf(stderr, "\r%s %zu/%zu%s", What.c_str(), Done, Total,
                 Done == Total ? "\n" : "");
    return;
  }
  size_t Tenth = Done * 10 / Total;
  if (Tenth != LastTenth)
    std::fprintf(stderr, "%s %zu/%zu\n", What.c_str(), Done, Total);
  LastTenth = Tenth;
}

void PhaseTimes::begin(const std::string &Name) {
  Clock::time_point Now = Clock::now();
  if (!Current.empty()) {
    char Buffer[64];
    std::snprintf(Buffer, sizeof Buffer, " %.1f s",
                  std::chrono::duration<double>(Now - Since).count());
    Text += (Text.empty() ? "" : ", ") + Current + Buffer;
  }
  Current = Name;
  Since = Now;
}

std::string PhaseTimes::str() {
  begin("");
  rusage Usage{};
  getrusage(RUSAGE_SELF, &Usage);
  return Text + "; peak memory " + std::to_string(Usage.ru_maxrss / 1024) + " MiB";
}
