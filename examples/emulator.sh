#!/usr/bin/env bash
# The emulator from a shell, by curl: bash examples/emulator.sh
set -euo pipefail

ready=$(twelvelabs-embed emulator --port 0 --rpm 2 --wait --json)
read -r api pid < <(python3 -c 'import json, sys; one = json.load(sys.stdin); print(one["base_url"], one["pid"])' <<<"$ready")
trap 'kill "$pid"' EXIT
control=${api%/v1.3}/_emulator
json=(-H "content-type: application/json")
send() { curl --silent --show-error -H "x-api-key: any" "${json[@]}" "$@"; }
status() { send --output /dev/null --write-out '%{http_code}\n' "$@"; }
text='{"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}'

send "$control/health" && echo
send "$api/embed-v2" --data "$text" | cut -c 1-60
status "$api/embed-v2" --data "$text"                                   # 200
status "$api/embed-v2" --data "$text"                                   # 429: two requests a minute
send "$control/clock/advance" --data '{"seconds": 60}' && echo
status "$api/embed-v2" --data "$text"                                   # 200
status --request POST "$control/reset"                                  # 204
status --request PUT "$control/faults" --data '{"script": "503,pass"}'  # 204
status "$api/embed-v2" --data "$text"                                   # 503
status "$api/embed-v2" --data "$text"                                   # 200
send "$control/requests?status=503" && echo
