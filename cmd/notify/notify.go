package notify

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// pingAttempts is how often a ping is sent until it arrives.
const pingAttempts = 2

// Targets are where notifications go; an empty one is not used. In each, {store} and {stream} are replaced by their
// names.
type Targets struct {
	// MetricsFile is a file for Prometheus' textfile collector, or a folder of such.
	MetricsFile string
	// Pushgateway is the URL of a Prometheus Pushgateway, PingURL that of a service that expects pings.
	Pushgateway, PingURL string
}

// Notifier reports the passes of one stream, or its verifications. A nil one reports nothing.
type Notifier struct {
	store, stream string
	log           zerolog.Logger
	metricsFile   string
	gateway, ping *url.URL
	// started yields the result of the ping that says that the pass has begun; nil if none was sent.
	started chan error
	// lastSuccess is the last pass that succeeded, if a pass that failed could read it from the store.
	lastSuccess *period
}

// New returns the notifier of a stream, nil if there are no targets. A target that is no URL is a *sync.SetupError.
func New(to Targets, store, stream string, log zerolog.Logger) (*Notifier, error) {
	if to == (Targets{}) {
		return nil, nil
	}
	fill := strings.NewReplacer("{store}", store, "{stream}", stream).Replace
	n := &Notifier{store: store, stream: stream, log: log, metricsFile: fill(to.MetricsFile)}
	var err error
	if n.gateway, err = parseURL("BLACKBIRDCTL_PUSHGATEWAY", fill(to.Pushgateway)); err != nil {
		return nil, err
	}
	if n.ping, err = parseURL("BLACKBIRDCTL_PING_URL", fill(to.PingURL)); err != nil {
		return nil, err
	}
	return n, nil
}

func parseURL(variable, text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		// An empty path joins to one without its slash.
		u.Path = cmp.Or(u.Path, "/")
		return u, nil
	}
	return nil, &sync.SetupError{Problem: variable + " is not a URL that begins with https:// or http://",
		HintText: "write it as https://host/path, or leave it out"}
}

// Begun returns the function to call when the pass holds its lock; nil if there is nothing to send. It does not wait
// for the ping.
func (n *Notifier) Begun(ctx context.Context) func() {
	if n == nil || n.ping == nil {
		return nil
	}
	return func() {
		n.started = make(chan error, 1)
		go func() { n.started <- n.sendPing(ctx, "start") }()
	}
}

// ReadLastSuccess asks the store, while it is open, for the last pass of the stream that succeeded: a pass that failed
// reports it.
func (n *Notifier) ReadLastSuccess(ctx context.Context, store *blackbird.Store) {
	if n == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
	defer cancel()
	if done, found, err := store.LastDone(ctx, n.stream); err == nil && found {
		n.lastSuccess = &period{done.Began, done.Ended}
	}
}

// Outcome is a pass that has ended, or a verification.
type Outcome struct {
	// Version is the program's.
	Version      string
	Began, Ended time.Time
	ExitCode     int
	Result       sync.Result
	// Verify reports that it is a verification.
	Verify bool
	// Locked reports that another pass held the lock: that one reports for itself.
	Locked bool
}

// Ended sends all notifications of a pass or a verification that has ended. It does so even when ctx is cancelled.
func (n *Notifier) Ended(ctx context.Context, o Outcome) {
	if n == nil {
		return
	}
	if n.started != nil {
		n.warn("ping not sent", n.ping, <-n.started)
	}
	if o.Locked {
		return
	}
	ctx = context.WithoutCancel(ctx)
	r := newReport(o, n.lastSuccess)
	if n.metricsFile != "" {
		n.warn("metrics not written", nil, n.writeFile(r))
	}
	if n.gateway != nil {
		n.warn("metrics not pushed", n.gateway, n.push(ctx, r))
	}
	if n.ping != nil {
		kind := ""
		if o.ExitCode != 0 {
			kind = "fail"
		}
		n.warn("ping not sent", n.ping, n.sendPing(ctx, kind))
	}
}

// sendPing sends a ping of a kind; the empty kind is success.
func (n *Notifier) sendPing(ctx context.Context, kind string) (err error) {
	to := n.ping
	if kind != "" {
		to = to.JoinPath(kind)
	}
	for range pingAttempts {
		if err = get(ctx, to); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// warn logs a notification that failed, with no more of its URL than the host.
func (n *Notifier) warn(problem string, to *url.URL, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	line := n.log.Warn().Err(err)
	if to != nil {
		line = line.Str("host", to.Host)
	}
	line.Msg(problem)
}
