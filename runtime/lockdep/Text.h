// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Private to Text.cpp and TextOrder.cpp: one report on its way to text.
#pragma once

#include "lockdep/Report.h"

namespace holdfast {

class ReportText {
public:
  ReportText(const Report &R, const Symbolizer &Name) : R(R), Name(Name) {}
  std::string run();

private:
  // Pieces.
  void line(const std::string &L) { (Text += L) += '\n'; }
  static std::string hex(uint64_t Number);
  std::string place(Location L) const;
  void stack(const Stack &Where, unsigned Indent);
  static std::string lockName(const ClassInfo &C);
  void lock(const HeldInfo &H, const std::string &Before = "");
  void held();
  void title();
  void backtrace();
  void otherInfo();
  void deadlock() {
    line("");
    line(" *** DEADLOCK ***");
    line("");
  }
  std::string irqState() const;

  // Kinds.
  void recursive();
  void waitContext();
  void nestLock();
  void badUnlock();
  void freed();
  void heldTooLong();
  void suspiciousRcu();
  void plain();

  // Kinds with paths: TextOrder.cpp.
  void circular();
  void scenarioHead(const std::vector<std::string> &Chain, const char *Title);
  void circularScenario();
  void edge(const EdgeInfo &E, size_t Number);
  void irqDependency();
  void irqInversion();
  void irqScenario(const std::string &Safe, const std::string &Middle,
                   const std::string &Unsafe);
  void inconsistent();
  void path(const std::vector<EdgeInfo> &Chain, const ClassInfo &Only);
  void usage(const UsageInfo &U);

  const Report &R;
  const Symbolizer &Name;
  std::string Text;
};

} // namespace holdfast
