# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The real kernel trees of the corpus: Debian's linux-source packages, extracted
# and configured outside the repository. Sourced by ./dev, which has die(),
# say(), need_space() and JOBS.
#
#   $CACHE/dl/linux-source-VER_*.deb     as downloaded, its checksum apt's
#   $CACHE/src/linux-source-VER          the sources, never built in
#   $CACHE/src/linux-source-VER.package  which package they are, written last
#   $CACHE/headers/VER                   Debian's linux-headers, what they depend on
#   $CACHE/headers/VER.packages          which packages they are, written last
#   $CACHE/obj/VER, obj/VER-VARIANT      configured object folders
#   $CACHE/obj/VER/.configured           hash of what that came from, written last
#
# Whatever is interrupted is done again: only what is complete has its record.

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast
RELEASES=(6.1 6.12)
SPACE_DOWNLOAD=400  # MiB a release
SPACE_TREE=2000
SPACE_HEADERS=150
SPACE_OBJ=200

tree_dir() { echo "$CACHE/src/linux-source-$1"; }
obj_dir() { echo "$CACHE/obj/$1${2:+-$2}"; }

# The folder that modules are built in, linux-headers-...-amd64; empty if none.
headers_dir() {
  local -a found=("$CACHE/headers/$1"/usr/src/linux-headers-*-amd64)
  [[ ! -d ${found[0]} ]] || echo "${found[0]}"
}

# URI, file, size and checksum of package $1, as apt knows it; empty if unknown.
# An unprivileged user can ask this too.
package_info() {
  apt-get download --print-uris "$1" 2>/dev/null | tail -n 1 || true
}

# The file of package $1 that should be extracted, PACKAGE_VERSION_all.deb.
package_name() { package_info "$1" | cut -d' ' -f2; }

# Is file $1 what apt's checksum $2 (ALGORITHM:HEX) says?
is_intact() {
  local algorithm=${2%%:*} hex=${2#*:}
  [[ -s $1 ]] || return 1
  "${algorithm,,}sum" "$1" | grep -q "^$hex "
}

# Prints the path of package $1's file, downloaded if need be.
download_package() {
  local package=$1 info name checksum file part
  info=$(package_info "$package")
  [[ -n $info ]] || return 1
  name=$(echo "$info" | cut -d' ' -f2)
  checksum=$(echo "$info" | cut -d' ' -f4)
  file=$CACHE/dl/$name
  if ! is_intact "$file" "$checksum"; then
    need_space "$CACHE" "$SPACE_DOWNLOAD" "$package"
    say "downloading $name" >&2
    part=$(mktemp -d "$CACHE/dl/.part.XXXXXX")
    (cd "$part" && apt-get download -q -o APT::Sandbox::User="$(id -un)" \
      "$package" >&2) ||
      die "cannot download $package; see apt's message above"
    mv -f "$part"/*.deb "$file"
    rmdir "$part"
    is_intact "$file" "$checksum" ||
      die "$file does not have apt's checksum; delete it and run this again"
  fi
  echo "$file"
}

# The sources of release $1 out of its package $2 into folder $3.
unpack() {
  dpkg-deb --fsys-tarfile "$2" | tar -xO "./usr/src/linux-source-$1.tar.xz" |
    xz -dc -T "$JOBS" | tar -x --no-same-owner -C "$3" --strip-components=1
}

extract_tree() {
  local ver=$1 file=$2 tree part
  tree=$(tree_dir "$ver")
  need_space "$CACHE" "$SPACE_TREE" "the sources of linux-source-$ver"
  say "extracting $(basename "$file")"
  part=$(mktemp -d "$CACHE/src/.part.XXXXXX")
  unpack "$ver" "$file" "$part" || die "cannot extract $file into $part"
  [[ -f $part/MAINTAINERS && -d $part/virt ]] || die "$file holds no kernel sources"
  chmod 755 "$part"
  rm -rf "$tree.package" "$tree"
  mv "$part" "$tree"
  basename "$file" >"$tree.package"
}

# Makes sure that the tree of release $1 is there.
fetch_tree() {
  local ver=$1 tree wanted file
  tree=$(tree_dir "$ver")
  wanted=$(package_name "linux-source-$ver")
  if [[ -z $wanted && -s $tree.package ]]; then
    return # apt knows of none: what is there will do
  fi
  if [[ -z $wanted ]]; then
    update_package_lists
    wanted=$(package_name "linux-source-$ver")
  fi
  [[ -n $wanted ]] ||
    die "apt knows no package linux-source-$ver" \
      "Debian 12 has it in 'bookworm' and 'bookworm-security': are they in" \
      "/etc/apt/sources.list or /etc/apt/sources.list.d?"
  if [[ -s $tree.package && $(<"$tree.package") == "$wanted" ]]; then
    return
  fi
  file=$(download_package "linux-source-$ver")
  extract_tree "$ver" "$file"
}

# The packages of release $1's newest headers: those of the plain amd64 flavour, and
# what they depend on of the kernel's own. Nothing if apt knows of none.
headers_packages() {
  local name
  name=$(apt-cache pkgnames "linux-headers-$1." |
    grep -E "^linux-headers-${1/./\\.}\.[^a-z]*(deb[0-9]+-)?amd64\$" | sort -V | tail -n 1)
  [[ -n $name ]] || return 0
  echo "$name"
  apt-cache depends "$name" | grep -oE 'linux-(headers-[^ ]*-common|kbuild-[^ ]*)$' | sort -u
}

# The headers expect to be in /usr/src: the Makefile names the folder beside it.
extract_headers() { # RELEASE FILE...
  local ver=$1 part folder file
  folder=$CACHE/headers/$ver
  need_space "$CACHE" "$SPACE_HEADERS" "the headers of $ver"
  part=$(mktemp -d "$CACHE/headers/.part.XXXXXX")
  for file in "${@:2}"; do
    say "extracting $(basename "$file")"
    dpkg-deb -x "$file" "$part" || die "cannot extract $file into $part"
  done
  chmod 755 "$part"
  sed -i "s|^include /usr/src/|include $folder/usr/src/|" "$part"/usr/src/linux-headers-*-amd64/Makefile
  rm -rf "$folder.packages" "$folder"
  mv "$part" "$folder"
}

# Makes sure that the headers of release $1 are there. Only a few tests need them.
fetch_headers() {
  local ver=$1 package wanted=''
  local -a packages files=()
  mapfile -t packages < <(headers_packages "$ver")
  for package in "${packages[@]}"; do
    wanted+="$(package_name "$package") "
  done
  if [[ -z $wanted ]]; then
    [[ -n $(headers_dir "$ver") ]] ||
      say "apt knows no linux-headers of $ver: the tests that need them are left out"
    return 0
  fi
  local record=$CACHE/headers/$ver.packages
  if [[ -s $record && $(<"$record") == "$wanted" ]]; then
    return
  fi
  for package in "${packages[@]}"; do
    files+=("$(download_package "$package")")
  done
  extract_headers "$ver" "${files[@]}"
  echo "$wanted" >"$record"
}

# What variant $1 starts from, as the kernel names it.
variant_arch() {
  case $1 in
  powerpc | arm64) echo "$1" ;;
  *) echo x86_64 ;;
  esac
}
variant_defconfig() {
  case $1 in
  powerpc) echo arch/powerpc/configs/ppc64_defconfig ;;
  arm64) echo arch/arm64/configs/defconfig ;;
  *) echo arch/x86/configs/x86_64_defconfig ;;
  esac
}

# The fragments of variant $1, in the order in which they are merged.
fragments() {
  case $1 in
  powerpc | arm64) echo "$REPO/corpus/config/$1.config" ;;
  lockdep) printf '%s\n' "$REPO"/corpus/config/{base,prove-locking}.config ;;
  cases) printf '%s\n' "$REPO"/corpus/config/{base,cases}.config ;;
  *) echo "$REPO/corpus/config/base.config" ;;
  esac
}

kernel_make() { # TREE OBJ ARCH GOAL...
  make -C "$1" O="$2" ARCH="$3" LLVM=-22 -s "${@:4}"
}

# What of the fragments is not in the configuration: a release may lack an
# option, a mistake in a fragment looks the same.
missing_options() {
  local obj=$1 line
  shift
  grep -h '^CONFIG_.*=' "$@" | sort -u | while read -r line; do
    grep -qxF "$line" "$obj/.config" || echo -n " ${line%%=*}"
  done
}

configure_obj() { # VERSION VARIANT
  local tree obj log missing
  local -a parts
  tree=$(tree_dir "$1")
  obj=$(obj_dir "$1" "$2")
  log=$obj/configure.log
  mapfile -t parts < <(fragments "$2")
  rm -rf "$obj"
  mkdir -p "$obj"
  {
    (cd "$tree" && scripts/kconfig/merge_config.sh -m -O "$obj" \
      "$(variant_defconfig "$2")" "${parts[@]}") &&
      kernel_make "$tree" "$obj" "$(variant_arch "$2")" olddefconfig
  } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    die "cannot configure $tree in $obj; all that was said: $log"
  }
  missing=$(missing_options "$obj" "${parts[@]}")
  say "configured $obj${missing:+ (not in $1:$missing)}"
}

# Makes sure that the object folder of release $1, variant $2 is configured.
prepare_obj() {
  local obj hash
  local -a parts
  obj=$(obj_dir "$1" "$2")
  mapfile -t parts < <(fragments "$2")
  hash=$({ cat "$(tree_dir "$1").package" "${parts[@]}"; clang-22 --version; } |
    sha256sum)
  if [[ -s $obj/.configured && $(<"$obj/.configured") == "$hash" ]]; then
    return
  fi
  need_space "$CACHE" "$SPACE_OBJ" "the object folder $obj"
  configure_obj "$1" "$2"
  echo "$hash" >"$obj/.configured"
}

# Both releases in the VARIANTs ('' is the plain one).
# Two ./dev at a time must not extract into one place.
prepare_trees() { # VARIANT...
  local ver variant
  mkdir -p "$CACHE"/{dl,src,headers,obj} || die "cannot write to $CACHE"
  exec 9>"$CACHE/lock"
  flock -n 9 || {
    say "waiting for another ./dev that prepares the trees"
    flock 9
  }
  rm -rf "$CACHE"/{dl,src,headers}/.part.*
  for ver in "${RELEASES[@]}"; do
    fetch_tree "$ver"
    fetch_headers "$ver"
    for variant in "$@"; do prepare_obj "$ver" "$variant"; done
  done
  exec 9>&-
}
