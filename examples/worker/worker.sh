#!/bin/sh
# A worker in shell, with curl and jq: claims the task `greet`, says what it does, finishes. Usage: worker.sh KEY [URL]
set -eu
key=$1
url=${2:-http://127.0.0.1:8000}

call() { # path, body
	curl --silent --show-error --fail-with-body \
		-H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d "$2" "$url$1"
}

while :; do
	given=$(call /api/workers/claim '{"tasks":["greet"],"worker":"worker.sh","wait_seconds":30}')
	[ -n "$given" ] || continue
	id=$(echo "$given" | jq -r '.items[0].id')
	fence=$(echo "$given" | jq '.items[0].fence')
	name=$(echo "$given" | jq '.items[0].input.name // "World"')
	call "/api/executions/$id/events" \
		"{\"fence\":$fence,\"batch\":1,\"events\":[{\"kind\":\"log\",\"data\":{\"message\":\"Greeting\"}}]}" >/dev/null
	call "/api/executions/$id/finish" \
		"$(jq -nc --argjson fence "$fence" --argjson name "$name" \
			'{fence: $fence, state: "succeeded", output: {greeting: ("Hello, " + $name)}}')" >/dev/null
done
