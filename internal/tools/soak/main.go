// Command soak trades at a private point of sale without pause while passes of the real binary run in a loop, from two processes a store
// at a time, and a killer kills them:
//
//	go run ./internal/tools/soak --bin FILE [--minutes N] [--seed N]
//
// There are two stores, one in PostgreSQL and one in SQLite. In the end trading stops, every stream makes a last pass, and both stores
// are compared with what the rules say of the till. It exits with 1 where anything differs, or where a run ended otherwise than it may.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	bin := flag.String("bin", "bin/blackbirdctl", "the binary to run")
	minutes := flag.Float64("minutes", 10, "how long to trade")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "what all chance follows from, but for the machine's own")
	flag.Parse()
	err := soak(ctx, *bin, time.Duration(*minutes*float64(time.Minute)), *seed)
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}

// soak trades for a while, and then compares.
func soak(ctx context.Context, bin string, while time.Duration, seed uint64) (err error) {
	h, err := open(ctx, bin, seed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	fmt.Printf("trading for %s, seed %d\n", while, seed)
	if err := h.run(ctx, while); err != nil {
		return err
	}
	for _, s := range h.stores {
		if err := s.settle(ctx); err != nil {
			return err
		}
		differences, rows, err := h.compare(ctx, s)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d runs ended by themselves, %d found the lock held, %d were killed; %d rows compared, %d differences\n",
			s.kind, s.done.Load(), s.busy.Load(), s.killed.Load(), rows, len(differences))
		for _, d := range differences[:min(20, len(differences))] {
			fmt.Println("  ", d)
		}
		if len(differences) > 0 {
			err = errors.Join(err, fmt.Errorf("%s differs from the till", s.kind))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
