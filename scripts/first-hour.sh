#!/usr/bin/env bash
# The quick start of README.md, step by step, in an empty folder: a new service, a controller of one's own that streams,
# and a client that reads from it. Its code is the block of README.md.
#
#   bash scripts/first-hour.sh <folder>
#
# PACKED=<folder> takes the packages from files there, as `pnpm pack` makes them, instead of from the registry.
# PORT=<port>     where it is served; 3000 by default.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$1"
port="${PORT:-3000}"
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
server=''
stop() {
  # The whole group, as Ctrl+C in a terminal does: npm, its shell, and the service.
  if [ -n "$server" ]; then kill -INT -- "-$server" 2>/dev/null || true; wait "$server" || true; fi
}
trap stop EXIT

step() { printf '%3s s  %s\n' "$SECONDS" "$1"; }

step 'npm create sluice@latest my-service'
if [ -n "${PACKED:-}" ]; then
  npx --yes --prefer-offline --package="$(echo "$PACKED"/create-sluice-*.tgz)" create-sluice my-service --yes
else
  npm create --yes sluice@latest my-service -- --yes
fi
cd my-service
# Nobody has published what is in the packed files, nor what these ask for of each other.
if [ -n "${PACKED:-}" ]; then node "$root/scripts/use-packed.mjs" "$PACKED"; fi

step 'npm install'
npm install --prefer-offline

step 'a controller, and its line in src/controllers.ts'
awk '/^```/ { inside = 0 } inside { print } /<!-- src\/clock-controller.ts -->/ { found = 1 } found && /^```ts/ { inside = 1; found = 0 }' \
  "$root/README.md" >src/clock-controller.ts
node -e '
  const fs = require("node:fs");
  const text = fs.readFileSync("src/controllers.ts", "utf8");
  const imported = text.replace(/\n\n/, "\n\nimport { ClockController } from \x27./clock-controller.js\x27;\n");
  fs.writeFileSync("src/controllers.ts", imported.replace(/\n];/, "\n  ClockController,\n];"));
'

step 'npm start'
set -m # a group of its own
PORT="$port" LOG_LEVEL=warn npm start &
server=$!
set +m
until curl -sf "http://127.0.0.1:$port/api/basics/json" >/dev/null; do
  kill -0 "$server" || { echo 'it has ended' >&2; exit 1; }
  sleep 0.2
done

step "curl -N http://127.0.0.1:$port/api/clock"
# Two events are enough: that curl is cut off then, or has waited too long, is no fault of its own.
events="$(set +o pipefail; curl -sN --max-time 20 "http://127.0.0.1:$port/api/clock" | grep --line-buffered '^data: ' | head -n 2)"
echo "$events"
[ "$(echo "$events" | grep -c '^data: {"time":"20')" -eq 2 ]

step 'Ctrl+C'
stop
server=''
step 'done'
if [ "$SECONDS" -ge 300 ]; then echo 'this took five minutes or more' >&2; exit 1; fi
