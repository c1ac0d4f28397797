// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Interrupt.h"
#include <atomic>
#include <csignal>

using namespace holdfast;

static std::atomic<bool> Flag{false};

void holdfast::watchInterrupts() {
  struct sigaction Action {};
  Action.sa_handler = [](int) { Flag = true; };
  Action.sa_flags = int(SA_RESETHAND);
  sigaction(SIGINT, &Action, nullptr);
  sigaction(SIGTERM, &Action, nullptr);
}

bool holdfast::interrupted() { return Flag; }
