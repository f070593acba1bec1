#!/bin/sh
# Adds ImageDesk to the menus and to "Open with" of this person's desktop, or takes it away again:
#     ./install.sh [PROGRAM]        PROGRAM is imagedesk beside this folder, or on the PATH
#     ./install.sh --uninstall
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}

if [ "${1:-}" = --uninstall ]; then
  rm -f "$share/applications/imagedesk.desktop" "$share/metainfo/imagedesk.metainfo.xml"
  rm -f "$share"/icons/hicolor/*/apps/imagedesk.png "$share/icons/hicolor/scalable/apps/imagedesk.svg"
else
  program=${1:-$here/../imagedesk}
  [ -x "$program" ] && [ ! -d "$program" ] || program=$(command -v imagedesk) || {
    echo "install.sh: name the program: ./install.sh /path/to/imagedesk" >&2
    exit 2
  }
  program=$(CDPATH='' cd -- "$(dirname -- "$program")" && pwd)/$(basename -- "$program")
  # Quoted as the Desktop Entry Specification wants an argument of Exec.
  quoted=$(printf '%s' "$program" | sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g')
  mkdir -p "$share/applications" "$share/metainfo" "$share/icons"
  QUOTED=$quoted PROGRAM=$program awk '
    /^Exec=/    { print "Exec=\"" ENVIRON["QUOTED"] "\" %F"; next }
    /^TryExec=/ { print "TryExec=" ENVIRON["PROGRAM"]; next }
    { print }
  ' "$here/imagedesk.desktop" >"$share/applications/imagedesk.desktop"
  cp "$here/imagedesk.metainfo.xml" "$share/metainfo/"
  cp -R "$here/icons/hicolor" "$share/icons/"
fi
command -v update-desktop-database >/dev/null && update-desktop-database -q "$share/applications" || true
