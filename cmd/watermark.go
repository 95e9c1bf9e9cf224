package cmd

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

func (a *app) watermark() *cobra.Command {
	stream := func(use, short, example string, run func(stream string) error) *cobra.Command {
		c := command(use, short, example, cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
			func(_ context.Context, args []string) error { return run(args[0]) })
		c.ValidArgs = sync.StreamNames()
		return c
	}
	return group("watermark", "Show, or forget, how far a stream has come",
		stream("show STREAM", "Show a stream's watermark", `  # support: how far have the orders come
  blackbirdctl watermark show orders

  # Kubernetes: the same in a pod of the CronJob's image, with its state folder mounted
  args: [watermark, show, orders, --output, json]`, a.showWatermark),
		stream("reset STREAM",
			"Forget a stream's watermark: its next pass is a first one, which loses and doubles nothing",
			`  # support: the watermark is broken, or of another server that is the right one
  blackbirdctl watermark reset orders
  blackbirdctl sync orders`, a.resetWatermark))
}

func (a *app) showWatermark(stream string) error {
	state, err := a.lookIntoState()
	if err != nil {
		return err
	}
	w, err := sync.StreamNamed(stream).ReadWatermark(state)
	if err != nil {
		return err
	}
	return a.print(w, func(out io.Writer) { fmt.Fprintf(out, "%s: %s\n", stream, watermarkText(w)) })
}

// watermarkText returns how far a stream has come.
func watermarkText(w *checkpoint.Watermark) string {
	if w == nil {
		return "no watermark yet: the next pass is a first one"
	}
	position := w.Position
	if w.Unfinished != nil {
		position = fmt.Sprintf("%s once the unfinished %s pass has resumed after key %s",
			w.Unfinished.Next, w.Unfinished.Mode, w.Unfinished.LastKey)
	}
	saved := w.SavedAt.Format("2006-01-02 15:04:05 MST")
	return fmt.Sprintf("position %s, written by pass %d at %s", position, w.Pass.ID, saved)
}

func (a *app) resetWatermark(stream string) error {
	state, err := a.openState()
	if err != nil {
		return err
	}
	unlock, err := state.Lock(stream)
	if err != nil {
		return err
	}
	defer unlock()
	if a.dryRun {
		_, err = fmt.Fprintf(a.out, "%s: would forget the watermark\n", stream)
		return err
	}
	removed, err := state.Remove(stream)
	if err != nil {
		return err
	}
	text := "forgot the watermark: the next pass is a first one"
	if !removed {
		text = "there was no watermark"
	}
	_, err = fmt.Fprintf(a.out, "%s: %s\n", stream, text)
	return err
}
