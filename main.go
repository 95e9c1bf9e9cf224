// Blackbirdctl keeps a Blackbird store true to a BioTrack point-of-sale database.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/blackbirdctl/blackbirdctl/cmd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal lets the pass keep its state; a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(cmd.Main(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
