// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/CheckCall.h"
#include "kbuild/CmdFile.h"
#include "kbuild/Database.h"
#include "kbuild/Flags.h"
#include "kbuild/KernelObject.h"
#include "kbuild/KernelTree.h"
#include "kbuild/MakeRun.h"
#include "kbuild/Paths.h"
#include "kbuild/Targets.h"
#include "gtest/gtest.h"

using namespace holdfast;
using Strings = std::vector<std::string>;

namespace {

/// The call refers to its arguments, so they are literals here.
CompilerCall callOf(std::initializer_list<std::string_view> Args) {
  CompilerCall Call;
  for (std::string_view Arg : Args)
    Call.see(Arg);
  return Call;
}

bool isKernelObject(const char *Output, const char *Extra = "-O2") {
  return callOf({"-D__KERNEL__", Extra, "-c", "-o", Output, "x.c"})
      .makesKernelObject();
}

TEST(KernelObject, TellsTheKernelFromWhatItCarries) {
  EXPECT_TRUE(isKernelObject("mm/memory.o"));
  EXPECT_TRUE(isKernelObject("./mm/memory.o"));
  EXPECT_TRUE(isKernelObject("drivers/boot/tools/scripts/x.o"));
  EXPECT_TRUE(isKernelObject("/home/me/tools/arch/x86/boot/module.o"));
  EXPECT_FALSE(isKernelObject("scripts/mod/empty.o"));
  EXPECT_FALSE(isKernelObject("arch/x86/boot/compressed/misc.o"));
  EXPECT_FALSE(isKernelObject("arch/x86/purgatory/purgatory.o"));
  EXPECT_FALSE(isKernelObject("arch/x86/realmode/rm/wakemain.o"));
  EXPECT_TRUE(isKernelObject("arch/x86/realmode/init.o"));
  EXPECT_FALSE(isKernelObject("arch/arm64/kvm/hyp/nvhe/switch.nvhe.o"));
}

TEST(KernelObject, TellsTheVdsoFromTheCodeThatMapsIt) {
  EXPECT_TRUE(isKernelObject("arch/x86/entry/vdso/vma.o"));
  EXPECT_FALSE(isKernelObject("arch/x86/entry/vdso/vgetcpu.o", "-fPIC"));
  EXPECT_FALSE(isKernelObject("arch/x86/entry/vdso/vdso32/note.o", "-fpic"));
  EXPECT_FALSE(isKernelObject("arch/arm64/kernel/vdso/vgettimeofday.o"));
  EXPECT_FALSE(isKernelObject("arch/riscv/kernel/compat_vdso/note.o"));
}

TEST(KernelObject, ReplacesOnlyCompilations) {
  EXPECT_FALSE(
      callOf({"-D__KERNEL__", "-S", "-o", "a.s", "a.c"}).makesKernelObject());
  EXPECT_FALSE(callOf({"-c", "-o", "a.o", "a.c"}).makesKernelObject());
  EXPECT_FALSE(
      callOf({"-D__KERNEL__", "-c", "-o", "a.o", "a.S"}).makesKernelObject());
  CompilerCall Call =
      callOf({"-Wp,-MMD,d/.a.o.d", "-D__KERNEL__", "-c", "-o", "d/a.o", "a.c"});
  EXPECT_EQ(Call.Depfile, "d/.a.o.d");
  EXPECT_EQ(Call.Output, "d/a.o");
  EXPECT_EQ(Call.Source, "a.c");
}

TEST(CmdFile, ReadsBothSpellings) {
  for (std::string Prefix : {"cmd_", "savedcmd_"}) {
    auto Record = parseCmdFile(
        Prefix + "mm/a.o := cc -D__KERNEL__ -DNAME='\"a\"' -DP='x$$(pound)' "
                 "-c -o mm/a.o /t/mm/a.c   ; ./objtool --orc mm/a.o\n\n"
                 "source_mm/a.o := /t/mm/a.c\n");
    ASSERT_TRUE(Record);
    EXPECT_EQ(Record->Source, "/t/mm/a.c");
    EXPECT_EQ(Record->Output, "mm/a.o");
    EXPECT_EQ(Record->Args.back(), "/t/mm/a.c");
    EXPECT_EQ(Record->Args[2], "-DNAME=\"a\"");
  }
}

TEST(CmdFile, UndoesWhatMakeNeeds) {
  auto Record = parseCmdFile("cmd_a.o := cc -D__KERNEL__ -DH='$(pound)' "
                             "-DD='$$x' -c -o a.o a.c\n");
  ASSERT_TRUE(Record);
  EXPECT_EQ(Record->Args[2], "-DH=#");
  EXPECT_EQ(Record->Args[3], "-DD=$x");
}

TEST(CmdFile, LeavesOutTheRest) {
  EXPECT_FALSE(parseCmdFile(""));
  EXPECT_FALSE(parseCmdFile("cmd_a.o := ld -r -o a.o b.o c.o\n"));
  EXPECT_FALSE(parseCmdFile("cmd_a.o := cc -D__KERNEL__ -c -o a.o a.S\n"));
  EXPECT_FALSE(parseCmdFile("cmd_s/a.o := clang -c -o s/a.o s/a.c\n"));
  EXPECT_FALSE(parseCmdFile("cmd_a.s := cc -D__KERNEL__ -S -o a.s a.c\n"));
  EXPECT_FALSE(parseCmdFile("cmd_a.o := cc -D__KERNEL__ -c -o a.o a.c"))
      << "a line cut short";
}

TEST(Flags, KeepsWhatParsingNeeds) {
  std::set<std::string> Gcc;
  Strings Args = {"gcc",
                  "-Wp,-MMD,.a.o.d",
                  "-nostdinc",
                  "-I",
                  "inc",
                  "-Iinc2",
                  "-include",
                  "k.h",
                  "-isystem",
                  "sys",
                  "-D__KERNEL__",
                  "-U",
                  "X",
                  "-Wall",
                  "-Werror=foo",
                  "-g",
                  "-gdwarf-5",
                  "-O2",
                  "-std=gnu11",
                  "-m64",
                  "-march=k8",
                  "-fno-PIE",
                  "-Wa,-x",
                  "-c",
                  "-o",
                  "a.o",
                  "a.c"};
  EXPECT_EQ(sanitizeFlags(Args, Gcc),
            (Strings{"clang-22", "-nostdinc", "-I", "inc", "-Iinc2", "-include",
                     "k.h", "-isystem", "sys", "-D__KERNEL__", "-U", "X", "-O2",
                     "-std=gnu11", "-m64", "-march=k8", "-fno-PIE"}));
  EXPECT_TRUE(Gcc.empty());
}

TEST(Flags, DropsAndNamesGccsOwn) {
  std::set<std::string> Gcc;
  Strings Args = {"gcc",
                  "-fconserve-stack",
                  "-mrecord-mcount",
                  "-fno-ipa-cp-clone",
                  "-mindirect-branch=thunk-extern",
                  "-mindirect-branch-register",
                  "-falign-jumps=1",
                  "-fno-allow-store-data-races",
                  "--param",
                  "asan-globals=1",
                  "--param=ssp-buffer-size=4",
                  "-fplugin=./x.so",
                  "-fplugin-arg-x-y",
                  "-mpreferred-stack-boundary=3",
                  "-fno-tree-vectorize",
                  "-mfunction-return=thunk-extern",
                  "-c",
                  "a.c"};
  EXPECT_EQ(sanitizeFlags(Args, Gcc),
            (Strings{"clang-22", "-fno-tree-vectorize",
                     "-mfunction-return=thunk-extern"}));
  EXPECT_EQ(Gcc, (std::set<std::string>{
                     "-fconserve-stack", "-mrecord-mcount", "-fno-ipa-cp-clone",
                     "-mindirect-branch=", "-mindirect-branch-register",
                     "-falign-jumps=", "-fno-allow-store-data-races", "--param",
                     "--param=", "-fplugin=", "-fplugin-arg-x-y",
                     "-mpreferred-stack-boundary="}));
}

TEST(Flags, TakesTheTargetFromACrossCompiler) {
  std::set<std::string> Gcc;
  EXPECT_EQ(sanitizeFlags({"/usr/bin/aarch64-linux-gnu-gcc-12", "a.c"}, Gcc),
            (Strings{"clang-22", "--target=aarch64-linux-gnu"}));
  EXPECT_EQ(sanitizeFlags({"gcc-12", "a.c"}, Gcc), Strings{"clang-22"});
}

TEST(Flags, KeepsDefinitionsForThePreprocessor) {
  std::set<std::string> Gcc;
  EXPECT_EQ(sanitizeFlags({"cc", "-Wp,-DX=1,-MD,d", "a.c"}, Gcc),
            (Strings{"clang-22", "-DX=1"}));
  EXPECT_EQ(outputOf(Strings{"cc", "-o", "x.o", "a.c"}), "x.o");
  EXPECT_EQ(outputOf(Strings{"cc", "-oy.o", "a.c"}), "y.o");
  EXPECT_EQ(sanitizeFlags({"cc", "-I"}, Gcc), (Strings{"clang-22", "-I"}));
}

std::string errorOf(llvm::StringRef Text) {
  auto Result = parseDatabase(Text, "/db/compile_commands.json");
  return Result ? "no error" : llvm::toString(Result.takeError());
}

void expectError(llvm::StringRef Text, const std::string &Part) {
  std::string Message = errorOf(Text);
  EXPECT_NE(Message.find("/db/compile_commands.json"), std::string::npos)
      << Message;
  EXPECT_NE(Message.find(Part), std::string::npos) << Message;
  EXPECT_NE(Message.find("make one with: holdfast compdb"), std::string::npos)
      << Message;
}

TEST(Database, SaysWhatIsWrong) {
  expectError("", "is empty");
  expectError(" \n", "is empty");
  expectError("[\n{,\n]", ":2: not JSON");
  expectError("{}", "at the root: expected an array");
  expectError("[]", "names no C file");
  expectError("[1]", "at /0: expected an object");
  expectError(R"([{"directory":"/d","command":"cc -c a.c"}])",
              "at /0: expected a member \"file\"");
  expectError(R"([{"directory":3,"file":"a.c","command":"cc"}])",
              "at /0/directory: expected a string");
  expectError(R"([{"directory":"/d","file":"a.c"}])",
              "\"arguments\" or \"command\"");
  expectError(R"([{"directory":"/d","file":"a.c","arguments":["cc",1]}])",
              "at /0/arguments: expected an array of strings");
  expectError(R"([{"directory":"/d","file":"a.S","command":"cc -c a.S"}])",
              "names no C file");
}

TEST(Database, MissingOne) {
  auto Result = loadDatabase("/nowhere/compile_commands.json");
  ASSERT_FALSE(Result);
  std::string Message = llvm::toString(Result.takeError());
  EXPECT_NE(Message.find("/nowhere/compile_commands.json does not exist"),
            std::string::npos);
}

TEST(Database, NormalizesAndSelects) {
  auto Result = parseDatabase(R"([
    {"directory":"/d/x","file":"../b.c","command":"cc -D__KERNEL__ -c -o z.o ../b.c"},
    {"directory":"/d","file":"b.c","command":"cc -D__KERNEL__ -DA='\"q\"' -c -o y.o b.c"},
    {"directory":"/d","file":"a.c","output":"q.o",
     "arguments":["cc","-D__KERNEL__","-c","-o","a.o","a.c"]},
    {"directory":"/d","file":"e.S","command":"cc -D__KERNEL__ -c -o e.o e.S"},
    {"directory":"/d","file":"host.c","command":"cc -c -o scripts/h.o host.c"}
  ])",
                              "/db/compile_commands.json");
  ASSERT_TRUE(bool(Result)) << llvm::toString(Result.takeError());
  ASSERT_EQ(Result->Commands.size(), 2u);
  EXPECT_EQ(Result->Commands[0].File, "/d/a.c");
  EXPECT_EQ(Result->Commands[0].Output, "q.o");
  EXPECT_EQ(Result->Commands[1].Output, "y.o");
  EXPECT_EQ(Result->Commands[1].Args,
            (Strings{"clang-22", "-D__KERNEL__", "-DA=\"q\"", "/d/b.c"}));
  EXPECT_EQ(Result->NotC, 1u);
  EXPECT_EQ(Result->Foreign, 1u);
  EXPECT_EQ(Result->Duplicates, 1u);
}

TEST(KernelTree, ReadsReleases) {
  EXPECT_EQ(releaseNumbers("6.12.117-amd64+\n"), "6.12.117");
  EXPECT_EQ(releaseNumbers("6.13.0-rc1"), "6.13.0");
  EXPECT_EQ(releaseNumbers("6.1"), "6.1");
  EXPECT_EQ(releaseNumbers(".."), "");
  EXPECT_EQ(releaseNumbers("next"), "");
}

TEST(KernelTree, Relativizes) {
  KernelTree Tree{"/src/linux", "/data/linux", "6.1.0"};
  EXPECT_EQ(Tree.relative("/src/linux/mm/./memory.c"), "mm/memory.c");
  EXPECT_EQ(Tree.relative("/data/linux/mm/../fs/exec.c"), "fs/exec.c");
  EXPECT_EQ(Tree.relative("/src/linux-6.1/a.c"), "/src/linux-6.1/a.c");
  EXPECT_EQ(Tree.relative("mm/a.c"), "mm/a.c");
  EXPECT_EQ(KernelTree().relative("/a/../b.c"), "/b.c");
}

TEST(Paths, AreNormal) {
  EXPECT_EQ(absolute("../a//b/./c/", "/x/y"), "/x/a/b/c");
  EXPECT_EQ(absolute("/a/..", "/x"), "/");
  EXPECT_TRUE(isBelow("/a/b", "/a"));
  EXPECT_TRUE(isBelow("/a", "/a"));
  EXPECT_FALSE(isBelow("/ab", "/a"));
}

TEST(MakeRun, SortsLines) {
  MakeResult Result;
  noteMakeLine("  CC      mm/memory.o", Result);
  noteMakeLine("  CC [M]  drivers/vfio/vfio_main.o", Result);
  noteMakeLine("  AR      mm/built-in.a", Result);
  noteMakeLine("  CC      kernel/bounds.s", Result);
  noteMakeLine("make[3]: *** [scripts/Makefile.build:229: a/b.o] Error 1",
               Result);
  noteMakeLine("make[2]: *** [scripts/Makefile.build:478: a] Error 2", Result);
  noteMakeLine("make: *** No rule to make target 'x/'.  Stop.", Result);
  noteMakeLine("/my/module/Makefile:2: *** set FOO.  Stop.", Result);
  EXPECT_EQ(Result.Objects, 2u);
  EXPECT_EQ(Result.Errors.size(), 3u);
  EXPECT_FALSE(Result.DiskFull);
  noteMakeLine("cp: error writing 'x': No space left on device", Result);
  EXPECT_TRUE(Result.DiskFull);
}

TEST(Targets, ContainTheirOwn) {
  TargetSet All({}, "/nowhere");
  EXPECT_TRUE(All.contains("mm/memory.o"));
  TargetSet Some({"drivers/vfio/", "mm/memory.o"}, "/nowhere");
  EXPECT_TRUE(Some.contains("drivers/vfio/pci/vfio_pci.o"));
  EXPECT_FALSE(Some.contains("drivers/vfio2/x.o"));
  EXPECT_TRUE(Some.contains("mm/memory.o"));
  EXPECT_FALSE(Some.contains("mm/mmap.o"));
}

std::vector<std::string> words(llvm::StringRef Text) {
  llvm::SmallVector<llvm::StringRef, 16> Words;
  Text.split(Words, ' ', -1, /*KeepEmpty=*/false);
  return {Words.begin(), Words.end()};
}

TEST(CheckCall, IsTheCommandThatKbuildRecords) {
  auto Entry = commandOfCheck(
      words(
          "--spammy -p=kernel -D__linux__ -Dunix -Wbitwise -D__CHECKER__ --arch=x86 -m64 "
          "-Wp,-MMD,drivers/uio/.uio.o.d -nostdinc -I./include -D__KERNEL__ "
          "-Dunix_domain "
          "-DKBUILD_BASENAME=\"uio\" /src/drivers/uio/uio.c"),
      "/obj", "clang-22");
  ASSERT_TRUE(Entry);
  EXPECT_EQ(Entry->Directory, "/obj");
  EXPECT_EQ(Entry->File, "/src/drivers/uio/uio.c");
  EXPECT_EQ(Entry->Output, "drivers/uio/uio.o");
  EXPECT_EQ(
      Entry->Args,
      words("clang-22 -Wp,-MMD,drivers/uio/.uio.o.d -nostdinc -I./include -D__KERNEL__ "
            "-Dunix_domain -DKBUILD_BASENAME=\"uio\" -c -o drivers/uio/uio.o "
            "/src/drivers/uio/uio.c"));
}

TEST(CheckCall, KnowsCheckersOptionsWithoutADependencyFile) {
  auto Entry = commandOfCheck(
      words("-Dlinux -D__STDC__ --arch=x86 -p=kernel --succeed -fdiagnostic-prefix "
            "-nostdinc -D__KERNEL__ -Ifoo a/b.c"),
      "/obj", "aarch64-linux-gnu-gcc");
  ASSERT_TRUE(Entry);
  EXPECT_EQ(
      Entry->Args,
      words("aarch64-linux-gnu-gcc -nostdinc -D__KERNEL__ -Ifoo -c -o a/b.o a/b.c"));
}

TEST(CheckCall, LeavesOutWhatIsNotTheKernel) {
  for (llvm::StringRef Args :
       {"", "-Wp,-MMD,a/.b.o.d -D__KERNEL__ a/b.S", "-Wp,-MMD,a/.b.o.d a/b.c",
        "-Wp,-MMD,arch/x86/boot/.a20.o.d -D__KERNEL__ /src/arch/x86/boot/a20.c",
        "-Wp,-MMD,scripts/mod/.empty.o.d -D__KERNEL__ /src/scripts/mod/empty.c",
        "-Wp,-MD,arch/x86/entry/vdso/.vgetcpu.o.d -D__KERNEL__ -fPIC vgetcpu.c"})
    EXPECT_FALSE(commandOfCheck(words(Args), "/obj", "gcc")) << Args.str();
}

} // namespace
