// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/CacheCommand.h"
#include "cli/Analysis.h"
#include "cli/ModuleInput.h"
#include "kbuild/Paths.h"
#include "store/Envelope.h"
#include "store/Upkeep.h"
#include "llvm/Support/FileSystem.h"
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

using namespace holdfast;

namespace {

struct CacheOptions {
  std::string Dir;
  uint64_t Limit = 0; ///< 0: leave it
  bool Prune = false;
  bool Clear = false;
};

std::string sizeText(uint64_t Bytes) {
  static const char *const Units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  double Value = double(Bytes);
  size_t Unit = 0;
  for (; Value >= 1024 && Unit + 1 < std::size(Units); ++Unit)
    Value /= 1024;
  char Text[32];
  std::snprintf(Text, sizeof Text, Unit ? "%.1f %s" : "%.0f %s", Value, Units[Unit]);
  return Text;
}

std::string show(const std::string &Root) {
  StoreUsage U = measure(Root);
  StoreState S = readState(Root);
  auto count = [&](EntryKind K) { return std::to_string(U.Entries[size_t(K)]); };
  std::string Text =
      Root + "\n  entries   " + count(EntryKind::Unit) + " units, " +
      count(EntryKind::Body) + " header functions, " + count(EntryKind::Manifest) +
      " manifests, " + count(EntryKind::Solution) + " solutions\n  size      " +
      sizeText(U.Bytes) + ", limit " + sizeText(S.Limit) + "\n  last run  ";
  if (S.Hits + S.Misses == 0)
    return Text + "none\n";
  Text += std::to_string(S.Hits) + " of " + std::to_string(S.Hits + S.Misses) +
          " units found";
  if (S.Damaged)
    Text += ", " + std::to_string(S.Damaged) + " damaged entries dropped";
  return Text + "\n";
}

llvm::Error change(const std::string &Root, const CacheOptions &O) {
  if (O.Clear) {
    if (llvm::Error E = clearStore(Root))
      return E;
    WorkFolder::removeIdle(Root + "/" + ModuleFolders);
  }
  if (O.Limit)
    if (llvm::Error E = setLimit(Root, O.Limit))
      return E;
  if (O.Prune) {
    std::error_code Code = llvm::sys::fs::access(Root, llvm::sys::fs::AccessMode::Write);
    if (Code && Code != std::errc::no_such_file_or_directory)
      return fileError("cannot prune", Root, Code);
    prune(Root, readState(Root).Limit);
  }
  return llvm::Error::success();
}

/// Nothing is wrong with a store that is not there yet.
llvm::Error checkReadable(const std::string &Root) {
  std::error_code Code;
  llvm::sys::fs::directory_iterator(Root, Code);
  if (Code && Code != std::errc::no_such_file_or_directory)
    return fileError("cannot read", Root, Code);
  return llvm::Error::success();
}

int run(const CacheOptions &O) {
  std::string Root = O.Dir.empty() ? defaultStore() : absolute(O.Dir);
  if (Root.empty())
    return reportError(llvm::createStringError(
        std::errc::no_such_file_or_directory,
        "no home folder, so where is the store? Say it with --cache DIR"));
  if (llvm::Error E = change(Root, O))
    return reportError(std::move(E));
  if (llvm::Error E = checkReadable(Root))
    return reportError(std::move(E));
  if (llvm::Error E = printText(show(Root)))
    return reportError(std::move(E));
  return 0;
}

} // namespace

void holdfast::addCache(CLI::App &App, int &ExitCode) {
  auto O = std::make_shared<CacheOptions>();
  CLI::App *Sub = App.add_subcommand(
      "cache", "Show what is kept of parsed files; limit, prune or clear it");
  Sub->add_option("--cache", O->Dir,
                  "folder of the store "
                  "(default: ${XDG_CACHE_HOME:-~/.cache}/holdfast/store)")
      ->type_name("DIR");
  Sub->add_option("--limit", O->Limit,
                  "from now on take at most SIZE on disk, such as 500M or 10G "
                  "(at first: 5G)")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::PositiveNumber)
      ->type_name("SIZE");
  Sub->add_flag("--prune", O->Prune,
                "drop what was not used for longest, down to the limit");
  Sub->add_flag("--clear", O->Clear, "drop everything");
  Sub->footer("Exit: 0 done, 2 usage, or the store cannot be changed.\n\n"
              "Example: holdfast cache --limit 2G");
  Sub->callback([O, &ExitCode] { ExitCode = run(*O); });
}
