# What a target that is a folder does in it: sent to a shell there, with calls at its end.
# See folders.py.

refuse() {
  echo "$1" >&2
  exit 1
}

# Nothing is followed out of the folder.
no_links() {
  for name in releases incoming; do
    [ ! -L "$name" ] || refuse "$PWD/$name is a link, and a deploy follows none out of its folder:\
 remove it, or name the place that it leads to as path"
  done
}

# The live release first, then each record by its name.
records() {
  no_links
  readlink current || echo
  for record in releases/$ids.json; do
    if [ -d "${record%.json}" ] && [ ! -L "${record%.json}" ] && [ ! -L "$record" ]; then
      printf '%s\t' "$record"; cat "$record"; printf '\0'
    fi
  done
}

listed() {
  if [ -d current ]; then
    cd current/
    find . -type f -exec printf '%s\0' {} +
  fi
}

# unchanged LIVE: what is public is what the deploy was planned for.
unchanged() {
  case $(readlink current || ls -d current 2>/dev/null) in
    "" | "releases/$1") ;;
    releases/$ids) refuse "another deploy came in between: run it again" ;;
    *) refuse "$PWD/current is something that no deploy has made: move it away, or name another\
 path; the web server's root will be a link of that name" ;;
  esac
}

# prepare RELEASE LIVE: print the links in the live one; no release of ours has any.
prepare() {
  no_links
  unchanged "$2"
  # What deploys left that were killed, days ago: another one may be at work. Others may keep
  # folders there too: only what bears our mark is removed.
  for left in incoming/$ids; do
    if [ ! -L "$left" ] && [ -f "$left/$mark" ] && [ -n "$(find "$left" -prune -mtime +1)" ]; then
      rm -rf "$left"
    fi
  done
  mkdir -p releases incoming
  for new in "releases/$1" "releases/$1.json" "incoming/$1"; do
    [ ! -e "$new" ] && [ ! -L "$new" ] || refuse "the same was deployed in this very second: run it again"
  done
  mkdir "incoming/$1"
  : > "incoming/$1/$mark"
  [ -z "$2" ] || find "releases/$2" -type l
}

# keep LIVE RELEASE PATH: if somebody has removed it by hand, nothing more can be done.
keep() {
  from=releases/$1/$3 to=incoming/$2/$3
  if [ -f "$from" ]; then
    mkdir -p "${to%/*}"
    ln -f "$from" "$to" || cp -p "$from" "$to"
  fi
}

# finish RELEASE LIVE, with its record on standard input. A record counts once its folder is there.
finish() {
  no_links
  unchanged "$2"
  cat > "releases/$1.json"
  rm "incoming/$1/$mark"
  mv "incoming/$1" "releases/$1"
  ln -s "releases/$1" ".current-$1"
  # GNU and busybox know -T, the BSDs -h: a link is to be replaced, not entered.
  mv -T ".current-$1" current 2>/dev/null || mv -h ".current-$1" current
}
