#!/usr/bin/env bash
# The steps of action.yml: run.sh install|serve|check. Inputs are INPUT_… variables, since text that is pasted into a
# script would run as one. Runs with bash 3.2, the one of macOS.
set -eo pipefail

home=$RUNNER_TEMP/ringback

# Ends the step with an exit code and an error that the summary of the run shows.
fail() {
  local text=${2//'%'/%25}
  text=${text//$'\r'/}
  echo "::error title=Ringback::${text//$'\n'/%0A}"
  exit "$1"
}

# Shows a file. Nothing in it counts as a command to the runner.
show() {
  local word="ringback-$RANDOM$RANDOM$RANDOM"
  echo "::stop-commands::$word"
  cat "$1"
  echo "::$word::"
}

# What ringback said went wrong, without its name.
complaint() {
  sed -n 's/^ringback: //p' "$1" | grep -v '^warning: ' | tail -n 1
}

install() {
  local program root=$GITHUB_ACTION_PATH
  case $INPUT_COMMAND in
    serve) [ -z "$INPUT_URL" ] || fail 2 'The input url is for "command: check". Got "command: serve", which is the default.' ;;
    check) ;;
    *) fail 2 "Could not read the input command. Got \"$INPUT_COMMAND\", expected serve or check." ;;
  esac
  command -v node >/dev/null || fail 3 'Node.js is missing. Put actions/setup-node with node-version: 24 before this step.'
  mkdir -p "$home/bin"
  case $INPUT_PACKAGE in
    '')
      # A checkout runs its sources. One that is worked in has its packages.
      if [ ! -d "$root/node_modules/ajv" ]; then
        (cd "$root" && npm ci --omit=dev --workspaces=false --ignore-scripts --no-audit --no-fund) ||
          fail 3 'Could not install the packages of Ringback: npm ci failed. Its output is above.'
      fi
      program=$root/bin/ringback.mjs
      ;;
    *)
      local spec=ringback@$INPUT_PACKAGE
      case $INPUT_PACKAGE in
        http://* | https://*) spec=$INPUT_PACKAGE ;;
        */* | *.tgz)
          [ -f "$INPUT_PACKAGE" ] || fail 2 "Could not read the input package: there is no file $INPUT_PACKAGE in $PWD."
          spec=$(cd "$(dirname "$INPUT_PACKAGE")" && pwd)/$(basename "$INPUT_PACKAGE")
          ;;
      esac
      rm -rf "$home/package"
      mkdir -p "$home/package"
      npm install --prefix "$home/package" --ignore-scripts --no-audit --no-fund "$spec" ||
        fail 3 "Could not install $spec: npm install failed. Its output is above."
      program=$home/package/node_modules/ringback/bin/ringback.mjs
      [ -f "$program" ] || fail 2 "Could not read the input package: $INPUT_PACKAGE is not Ringback."
      ;;
  esac
  printf '#!/usr/bin/env bash\nexec node %q "$@"\n' "$program" >"$home/bin/ringback"
  chmod +x "$home/bin/ringback"
  local version
  version=$("$home/bin/ringback" --version 2>&1) || fail 3 "$version Put actions/setup-node with node-version: 24 before this step."
  echo "Ringback $version with Node.js $(node --version)"
  echo "$home/bin" >>"$GITHUB_PATH"
}

# The options of INPUT_ARGS: in each line the name of one, and the rest of the line as its value.
options=()
read_args() {
  local line name
  while IFS= read -r line; do
    line=$(sed 's/^[[:space:]]*//; s/[[:space:]]*$//' <<<"$line")
    [ -n "$line" ] || continue
    [[ $line == -* ]] || fail 2 "Could not read the input args. Got the line \"$line\", expected an option such as --clock virtual in each line."
    name=${line%%[[:space:]]*}
    options+=("$name")
    [ "$name" = "$line" ] || options+=("$(sed 's/^[[:space:]]*//' <<<"${line#"$name"}")")
  done <<<"$INPUT_ARGS"
}

read_timeout() {
  [[ $INPUT_TIMEOUT =~ ^[0-9]+$ ]] || fail 2 "Could not read the input timeout. Got \"$INPUT_TIMEOUT\", expected a number of seconds."
}

listens_at() {
  sed -n 's/^ringback .* listening on \(http[^ ]*\)$/\1/p' "$1" | head -n 1
}

is_healthy() {
  # From stdin, since ps shows command lines.
  local header='' token=${INPUT_TOKEN//\\/\\\\}
  [ -z "$token" ] || header="header = \"X-Ringback-Token: ${token//\"/\\\"}\""
  curl --config - --fail --silent --insecure --max-time 5 --output "$home/health.json" "$1/_ringback/health" <<<"$header"
}

serve() {
  read_timeout
  read_args
  local log pid url code=0 deadline
  log=$(mktemp "$home/server.XXXXXX")
  local words=(serve)
  [ -z "$INPUT_CONTRACT" ] || words+=("$INPUT_CONTRACT")
  [ -z "$INPUT_PORT" ] || words+=(--port "$INPUT_PORT")
  if [ -n "$INPUT_TOKEN" ]; then
    echo "::add-mask::$INPUT_TOKEN"
    export RINGBACK_CONTROL_TOKEN=$INPUT_TOKEN
  fi
  nohup "$home/bin/ringback" "${words[@]}" ${options[@]+"${options[@]}"} >"$log" 2>&1 </dev/null &
  pid=$!
  deadline=$((SECONDS + INPUT_TIMEOUT))
  until url=$(listens_at "$log") && [ -n "$url" ] && is_healthy "$url"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid" || code=$?
      show "$log"
      fail "$((code == 0 ? 3 : code))" "The server ended: $(complaint "$log")"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      kill "$pid"
      show "$log"
      fail 3 "The server was not healthy within $INPUT_TIMEOUT s, so it was ended. Its log is above; the input timeout gives it longer."
    fi
    sleep 0.2
  done
  show "$log"
  printf 'url=%s\npid=%s\nlog=%s\n' "$url" "$pid" "$log" >>"$GITHUB_OUTPUT"
  echo "RINGBACK_URL=$url" >>"$GITHUB_ENV"
  [ -z "$INPUT_TOKEN" ] || echo "RINGBACK_CONTROL_TOKEN=$INPUT_TOKEN" >>"$GITHUB_ENV"
}

# Waits until something accepts connections where a URL points. Whether it is the consumer, the check finds out.
await_consumer() {
  local pattern='^https?://([^/@]*@)?(\[([^]]+)\]|([^/:?#]+))(:([0-9]+))?' host port deadline=$((SECONDS + INPUT_TIMEOUT))
  [[ $INPUT_URL =~ $pattern ]] || return 0
  host=${BASH_REMATCH[3]}${BASH_REMATCH[4]}
  port=${BASH_REMATCH[6]}
  if [ -z "$port" ]; then
    case $INPUT_URL in https*) port=443 ;; *) port=80 ;; esac
  fi
  until (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; do sleep 0.2; done
}

check() {
  read_timeout
  read_args
  local name variable code=0 errors
  local words=(check)
  [ -z "$INPUT_URL" ] || words+=("$INPUT_URL")
  for name in contract port provider observe drive restart auth; do
    variable=INPUT_$(tr '[:lower:]' '[:upper:]' <<<"$name")
    [ -z "${!variable}" ] || words+=("--$name=${!variable}")
  done
  words+=(--report github)
  if [ -n "$INPUT_REPORT" ]; then
    mkdir -p "$INPUT_REPORT"
    INPUT_REPORT=$(cd "$INPUT_REPORT" && pwd)
    echo "report=$INPUT_REPORT" >>"$GITHUB_OUTPUT"
    for name in html junit=xml json sarif; do
      words+=(--report "${name%=*}=$INPUT_REPORT/check.${name#*=}")
    done
  fi
  await_consumer
  errors=$(mktemp "$home/check.XXXXXX")
  "$home/bin/ringback" "${words[@]}" ${options[@]+"${options[@]}"} >"$errors.out" 2>"$errors" || code=$?
  show "$errors.out"
  show "$errors"
  case $code in
    0) ;;
    1) fail 1 "The check of ${INPUT_URL:-the consumer} found faults. The summary of the job has the report." ;;
    *) fail "$code" "$(complaint "$errors")" ;;
  esac
}

case $1 in
  install | serve | check) "$1" ;;
  *) fail 2 "run.sh has no step \"$1\"." ;;
esac
