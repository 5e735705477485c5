# What a target that is a folder does in it: sent to a shell there, with one call at its end.
# See folders.py. What is in the way is said on a first line that begins with "refused".

refuse() {
  echo "refused $1"
  exit 0
}

# Nothing is followed out of the folder.
no_links() {
  for name in .lock releases incoming; do
    [ ! -L "$name" ] || refuse "$name is a link, and a deploy follows none out of its folder:\
 remove it, or name the place that it leads to as path"
  done
}

# Hold the lock until nobody speaks any more. busybox knows no -w; it says busy at once then.
hold() {
  command -v flock >/dev/null || { echo 'flock: not found' >&2; exit 1; }
  no_links
  exec 9>>.lock
  flock -n 9 || flock -w 2 9 2>/dev/null || exit 75
  echo held
  exec cat >/dev/null
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

# Only what bears our mark is emptied or swapped.
prepare() {
  no_links
  theirs="current is something that no deploy has made: move it away, or name another path;\
 the web server's root will be a link of that name"
  if [ -L current ]; then
    case $(readlink current) in releases/$ids) ;; *) refuse "$theirs" ;; esac
  elif [ -e current ]; then
    refuse "$theirs"
  fi
  if [ -d incoming ] && [ ! -f incoming/$mark ] && [ -n "$(ls -A incoming)" ]; then
    refuse "incoming holds what no deploy has marked as its own: move it away, or name another\
 path; if an earlier deploy left it there, remove it"
  fi
  mkdir -p releases incoming
  : > incoming/$mark
}

# keep RELEASE PATH: if somebody has removed it by hand, nothing more can be done.
keep() {
  from=releases/$1/$2 to=incoming/$2
  if [ -f "$from" ]; then
    mkdir -p "${to%/*}"
    ln -f "$from" "$to" || cp -p "$from" "$to"
  fi
}

# finish RELEASE, with its record on standard input.
finish() {
  # What a deploy left that was killed before it wrote the record, or just after.
  for found in releases/$ids; do
    if [ ! -L "$found" ] && [ -f "$found/$mark" ]; then
      if [ -e "$found.json" ]; then rm "$found/$mark"; else rm -rf "$found"; fi
    fi
  done
  [ ! -e "releases/$1" ] || { echo "releases/$1 is there already" >&2; exit 1; }
  mv incoming "releases/$1"
  rm -f "releases/$1.new"
  cat > "releases/$1.new"
  mv "releases/$1.new" "releases/$1.json"
  rm "releases/$1/$mark"
  ln -sfn "releases/$1" .current
  # GNU and busybox know -T, the BSDs -h: a link is to be replaced, not entered.
  mv -T .current current 2>/dev/null || mv -h .current current
}
