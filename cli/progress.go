package cli

import (
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"github.com/urfave/cli/v2"
)

// progressBar counts on standard error, if that is a terminal that can write over
// a line. The second function ends it, with the error of what was counted, and waits
// until it has been drawn.
func (p *program) progressBar(c *cli.Context, what string) (advance func(int), finish func(error)) {
	if _, is := terminal(p.stderr); !is || dumb() || isSet(c, "quiet") {
		return nil, func(error) {}
	}
	w := progress.NewWriter()
	w.SetOutputWriter(p.stderr)
	w.SetUpdateFrequency(100 * time.Millisecond)
	w.Style().Visibility.ETA = false
	w.Style().Visibility.Percentage = false
	w.Style().Options.ErrorString = "stopped!"
	tracker := &progress.Tracker{Message: what}
	w.AppendTracker(tracker)
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		w.Render()
	}()
	return func(rows int) { tracker.SetValue(int64(rows)) }, func(err error) {
		if err != nil {
			tracker.MarkAsErrored()
		} else {
			tracker.MarkAsDone()
		}
		for over := false; !over; { // what has not begun to draw is not stopped
			w.Stop()
			select {
			case <-drawn:
				over = true
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
}
