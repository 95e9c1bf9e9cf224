// Blackbirdctl keeps a Blackbird store in step with a BioTrack point-of-sale database.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/blackbirdctl/blackbirdctl/cmd"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		// The first signal lets the pass keep its state; a second one ends the process at once.
		received := <-signals
		signal.Stop(signals)
		cancel(&cmd.SignalError{Signal: received})
	}()
	os.Exit(cmd.Main(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
