#!/bin/sh
# Puts the bot into a folder of its own, which its user need not be able to write to:
#     sh deploy/install.sh /opt/ktdv-bot
# The same again brings a new version. The container is built by this very script. PYTHON is 3.11 or newer.
set -eu
source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
target=${1:?put the folder, such as /opt/ktdv-bot}

umask 022
mkdir -p "$target"
"${PYTHON:-python3}" -m venv "$target/venv"
"$target/venv/bin/python" -m pip --disable-pip-version-check --no-cache-dir install --quiet \
    --require-hashes -r "$source/requirements/run.txt"
for room in bot dialogs domain gateways services storage texts; do
    rm -rf "${target:?}/$room"
    cp -R "$source/$room" "$target/$room"
done
cp "$source/.env.example" "$target/"
# `venv/bin/python -m bot` finds the rooms from any folder.
"$target/venv/bin/python" -c 'import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "ktdv_bot.pth").write_text(sys.argv[1] + "\n")' "$(cd -- "$target" && pwd)"
"$target/venv/bin/python" -m compileall -q "$target/bot" "$target/dialogs" "$target/domain" "$target/gateways" \
    "$target/services" "$target/storage" "$target/texts"
"$target/venv/bin/python" -m bot --version
