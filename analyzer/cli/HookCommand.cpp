// SPDX-License-Identifier: GPL-2.0-or-later
//
// A hook of ours is a shell script, known by its second line. One that was there
// before is put beside it under another name and runs first, with the same arguments
// and the same input; where it says no, so does the whole. Removing ours puts it back
// where it was: the same file, to the byte and to the mode.
//
// Findings stop a commit or a push. What could not be checked (no database, a file
// that does not parse) is said aloud and stops nothing: a hook that stands in the way
// for reasons of its own is one that people take out.
#include "cli/HookCommand.h"
#include "cli/Analysis.h"
#include "filter/Changes.h"
#include "filter/Git.h"
#include "kbuild/Paths.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <CLI/CLI.hpp>
#include <memory>

using namespace holdfast;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace {

constexpr const char Mark[] =
    "# Written by 'holdfast hook install'; 'holdfast hook remove' takes it away.";
constexpr const char Suffix[] = ".before-holdfast";

struct HookOptions {
  std::string Checkout = ".";
  std::string Build;
  bool Commit = false, Push = false;
};

enum class HookState { None, Ours, Other };

/// Is there anything at \p Path, a link to nowhere included?
bool isThere(const std::string &Path) {
  fs::file_status Status;
  return !fs::status(Path, Status, /*follow=*/false);
}

/// One hook of one repository.
struct Hook {
  std::string Name, Path;
  std::string earlier() const { return Path + Suffix; }

  HookState state() const {
    if (!isThere(Path))
      return HookState::None;
    std::string Text = readText(Path);
    StringRef Second = StringRef(Text).split('\n').second.split('\n').first;
    return Second == Mark ? HookState::Ours : HookState::Other;
  }
};

/// \p Word for a shell.
std::string shellWord(StringRef Word) {
  std::string Out = "'";
  for (char C : Word)
    Out += C == '\'' ? std::string("'\\''") : std::string(1, C);
  return Out + "'";
}

/// What both hooks begin with: the earlier hook, with $input as its input.
std::string beginning(const std::string &Program, const std::string &Build) {
  return std::string("#!/bin/sh\n") + Mark + R"(
earlier=$0)" +
         Suffix +
         R"(
if [ -x "$earlier" ]; then
  printf '%s' "${input}" | "$earlier" "$@" || exit $?
fi
# Git runs hooks at the top of the worktree that is meant.
check() {
  )" + shellWord(Program) +
         " diff --quiet -C . -p " + shellWord(Build) + R"( "$@" >&2
  case $? in
  0) ;;
  1) stop=1 ;;
  *) echo "holdfast: NOT everything was checked, see above" >&2 ;;
  esac
}
stop=0
)";
}

constexpr const char ReadInput[] = R"(input=$(cat; echo .)
input=${input%.}
)";

constexpr const char CommitPart[] = R"(check --staged
if [ $stop = 1 ]; then
  echo "holdfast: not committed; 'git commit --no-verify' does it all the same" >&2
fi
exit $stop
)";

// What is new to the remote: since what it has there, or since what it has at all. Of
// one that nothing is known of, such as a URL, that is what any other remote has.
constexpr const char PushPart[] = R"sh(known=--remotes=$1 seen=
[ -n "$(git for-each-ref --count=1 "refs/remotes/$1")" ] || known=--remotes
while read -r _ new _ old; do
  case $new in *[!0]*) ;; *) continue ;; esac # a branch is deleted
  case $seen in *"$new"*) continue ;; esac    # it was there under another name
  seen="$seen $new"
  case $old in
  *[!0]*) git cat-file -e "$old^{commit}" 2>/dev/null || old=0 ;;
  esac
  case $old in
  *[!0]*) check "$old..$new" ;;
  *)
    first=$(git rev-list --first-parent "$new" --not "$known" | tail -n 1)
    [ -z "$first" ] || check "$first^..$new"
    ;;
  esac
done <<INPUT
$input
INPUT
if [ $stop = 1 ]; then
  echo "holdfast: not pushed; 'git push --no-verify' does it all the same" >&2
fi
exit $stop
)sh";

std::string script(const Hook &H, const std::string &Program, const std::string &Build) {
  std::string Text = beginning(Program, Build);
  if (H.Name == "pre-commit")
    return Text + CommitPart;
  // After the two lines that make it a hook of ours.
  size_t At = Text.find('\n', Text.find('\n') + 1) + 1;
  return Text.insert(At, ReadInput) + PushPart;
}

llvm::Expected<std::vector<Hook>> hooksOf(const HookOptions &O) {
  llvm::Expected<std::string> Top = checkoutOf(O.Checkout);
  if (!Top)
    return Top.takeError();
  if (Top->empty())
    return changeError(absolute(O.Checkout) + " is in no git checkout",
                       "-C names one; 'git init' makes one");
  llvm::Expected<std::string> Common =
      git(*Top, {"rev-parse", "--git-common-dir", "--git-path", "hooks"});
  if (!Common)
    return Common.takeError();
  auto [Git, Hooks] = StringRef(*Common).rtrim('\n').split('\n');
  std::string Folder = absolute(Hooks, *Top);
  if (!isBelow(Folder, absolute(Git, *Top)) && !isBelow(Folder, *Top))
    return changeError("git takes its hooks from " + Folder +
                           " (core.hooksPath), which other repositories may use",
                       "call 'holdfast diff --staged' from the hook there, or: git "
                       "config core.hooksPath .git/hooks");
  std::vector<Hook> Out;
  for (auto [Name, Wanted] :
       {std::pair("pre-commit", O.Commit || !O.Push), std::pair("pre-push", O.Push)})
    if (Wanted)
      Out.push_back({Name, Folder + "/" + Name});
  return Out;
}

llvm::Error install(const Hook &H, const std::string &Program, const std::string &Build) {
  HookState Now = H.state();
  if (Now == HookState::Other) {
    if (isThere(H.earlier()))
      return changeError("both " + H.Path + " and " + H.earlier() + " are there",
                         "which one is to run? Remove the other");
    if (std::error_code Code = fs::rename(H.Path, H.earlier()))
      return fileError("cannot rename", H.Path, Code);
  }
  if (std::error_code Code = fs::create_directories(llvm::sys::path::parent_path(H.Path)))
    return fileError("cannot make the folder of", H.Path, Code);
  if (llvm::Error E = writeAtomically(H.Path, script(H, Program, Build)))
    return E;
  if (std::error_code Code =
          fs::setPermissions(H.Path, fs::all_read | fs::all_exe | fs::owner_write))
    return fileError("cannot make executable", H.Path, Code);
  return llvm::Error::success();
}

llvm::Error removeHook(const Hook &H) {
  HookState Now = H.state();
  if (Now == HookState::Other)
    return changeError(H.Path + " was not written by 'holdfast hook install'",
                       "it is left as it is");
  if (Now == HookState::None)
    return llvm::Error::success();
  std::error_code Code =
      isThere(H.earlier()) ? fs::rename(H.earlier(), H.Path) : fs::remove(H.Path);
  return Code ? fileError("cannot remove", H.Path, Code) : llvm::Error::success();
}

std::string afterEarlier(const Hook &H) {
  return std::string(", after the one that was there") +
         (fs::can_execute(H.earlier()) ? ""
                                       : ", which is not executable and so does not run");
}

std::string statusOf(const Hook &H) {
  switch (H.state()) {
  case HookState::None:
    return H.Name + ": not installed\n";
  case HookState::Other:
    return H.Name + ": not installed; there is another one\n";
  case HookState::Ours:
    return H.Name + ": installed" + (isThere(H.earlier()) ? afterEarlier(H) : "") + "\n";
  }
  return "";
}

llvm::Error forEachHook(const HookOptions &O,
                        llvm::function_ref<llvm::Error(const Hook &)> Do) {
  llvm::Expected<std::vector<Hook>> Hooks = hooksOf(O);
  if (!Hooks)
    return Hooks.takeError();
  std::string Text;
  for (const Hook &H : *Hooks) {
    if (llvm::Error E = Do(H))
      return E;
    Text += statusOf(H);
  }
  return printText(Text);
}

llvm::Error installAll(const HookOptions &O) {
  std::string Build = absolute(O.Build);
  std::string File = fs::is_directory(Build) ? Build + "/compile_commands.json" : Build;
  if (!fs::exists(File))
    return changeError("no compile database: " + File + " does not exist",
                       "make one with: holdfast compdb --tree SRC --build " + Build);
  static int Here;
  std::string Program = fs::getMainExecutable("holdfast", &Here);
  return forEachHook(O, [&](const Hook &H) { return install(H, Program, Build); });
}

int codeOf(llvm::Error E) { return E ? reportError(std::move(E)) : 0; }

} // namespace

void holdfast::addHook(CLI::App &App, int &ExitCode) {
  auto O = std::make_shared<HookOptions>();
  CLI::App *Sub = App.add_subcommand("hook", "Check each commit or push, as a git hook");
  Sub->require_subcommand(1);
  Sub->footer("Findings stop the commit or push; --no-verify does it all the same. What\n"
              "could not be checked is said and stops nothing. A hook that is there\n"
              "already runs first.\n\n"
              "Example: holdfast hook install -p obj --pre-commit --pre-push");
  CLI::App *Install = Sub->add_subcommand("install", "Write the hooks");
  CLI::App *Remove =
      Sub->add_subcommand("remove", "Take them away, and restore what was there");
  CLI::App *Status = Sub->add_subcommand("status", "Tell which are there");
  for (CLI::App *Each : {Install, Remove, Status}) {
    Each->add_option("-C", O->Checkout, "folder of the checkout (default: the current)")
        ->type_name("DIR");
    Each->add_flag("--pre-commit", O->Commit, "the hook of commits (default)");
    Each->add_flag("--pre-push", O->Push, "the hook of pushes");
  }
  Install
      ->add_option("-p,--build", O->Build,
                   "object folder with a compile_commands.json, or that file")
      ->type_name("OBJ")
      ->required();
  Install->callback([O, &ExitCode] { ExitCode = codeOf(installAll(*O)); });
  Remove->callback([O, &ExitCode] { ExitCode = codeOf(forEachHook(*O, removeHook)); });
  Status->callback([O, &ExitCode] {
    if (!O->Commit && !O->Push)
      O->Commit = O->Push = true;
    ExitCode =
        codeOf(forEachHook(*O, [](const Hook &) { return llvm::Error::success(); }));
  });
}
