// Command bench measures blackbirdctl against yardsticks: what psql, or one SQL statement, needs for the same work on the same
// server:
//
//	go run ./internal/tools/bench --bin bin/blackbirdctl [--tickets N] [--runs N] [--growth N,N] [--only ID,ID] [--markdown FILE]
//
// It starts a private PostgreSQL server that keeps its data safe as an ordinary one does, makes an invented shop in it, and
// prints a table of tasks. Each task is run in pairs, the binary and its yardstick in turn, so that a slow moment of the machine
// meets both. The sampler that watches the source runs beside both of them. After each pair the bench compares what they have
// done: a difference, or a process that fails, stops it. A second table tells how time and memory grow with the shop.
//
// It runs on Linux, needs psql beside the server's binaries, and leaves nothing behind but the Markdown file.
package main

import "github.com/blackbirdctl/blackbirdctl/internal/tools/figures"

var program = figures.Program[options]{Name: "bench", Parse: parse, Run: run}

func main() { program.Main() }
