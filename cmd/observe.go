package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/sys/atomicwriter"
	"github.com/rs/zerolog"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const (
	flagMetricsFile = "metrics-file"
	flagPushgateway = "pushgateway"
	flagPingURL     = "ping-url"
)

// metricsJob is the job of pushed metrics, and begins the name of a file of metrics.
const metricsJob = "blackbirdctl"

// metricsMode lets the collector read the file, which runs as another user.
const metricsMode = 0o644

// pings is how often a ping is tried.
const pings = 2

// observer tells of one stream's passes beyond the log: Prometheus, by a file or a push, and a service that waits for pings. What it cannot tell
// is a warning and changes nothing else. A nil one tells nobody.
type observer struct {
	store, stream string
	log           zerolog.Logger
	// metricsFile is empty, and gateway and ping are nil, where they are not wanted.
	metricsFile   string
	gateway, ping *url.URL
	// started yields what became of the ping that says that the pass has begun, nil where none was sent.
	started chan error
	// success is the last pass that succeeded, where a pass that failed could learn of it.
	success *span
}

// newObserver returns the stream's observer, nil where nobody wants to be told, and for a pass that does not bring the stream up to date.
func (o *globalOptions) newObserver(stream string, opts sync.Options) (_ *observer, err error) {
	ob := &observer{store: string(o.store), stream: stream, log: o.log.With().Str(keyStream, stream).Logger(), metricsFile: o.metricsFile}
	if ob.gateway, err = webAddress(flagPushgateway, ob.fill(o.pushgateway)); err != nil {
		return nil, err
	}
	if ob.ping, err = webAddress(flagPingURL, ob.fill(o.pingURL)); err != nil {
		return nil, err
	}
	if o.dryRun || !opts.Only.Empty() || ob.metricsFile == "" && ob.gateway == nil && ob.ping == nil {
		return nil, nil
	}
	return ob, nil
}

// webAddress reads a URL, nil where it is empty. No error of it holds the URL: its path may be a secret.
func webAddress(flag, text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		return u, nil
	}
	return nil, &sync.SetupError{
		Problem:  fmt.Sprintf("%s is not a URL that begins with https:// or http://", variables(flag)[0]),
		HintText: "write it as https://host/path, or leave it out",
	}
}

// fill puts the names of the store and the stream in the place of {store} and {stream}.
func (ob *observer) fill(text string) string {
	return strings.NewReplacer("{store}", ob.store, "{stream}", ob.stream).Replace(text)
}

// begun returns what says that the pass is at work, nil where nobody is to know. The pass does not wait for the ping.
func (ob *observer) begun(ctx context.Context) func() {
	if ob == nil || ob.ping == nil {
		return nil
	}
	return func() {
		ob.started = make(chan error, 1)
		go func() { ob.started <- ob.send(ctx, "start") }()
	}
}

// recall remembers the stream's last success while the store is at hand, for a pass that did not succeed itself.
func (ob *observer) recall(ctx context.Context, store *blackbird.Store, err error) {
	if ob == nil || err == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	if done, found, err := store.LastDone(ctx, ob.stream); err == nil && found {
		ob.success = &span{done.Began, done.Ended}
	}
}

// ended tells of a pass that has ended. One that found another at work is none: that other one will tell of itself.
func (ob *observer) ended(ctx context.Context, e ended) {
	if ob == nil {
		return
	}
	if ob.started != nil {
		ob.warnPing(<-ob.started)
	}
	if e.code == exitLocked {
		return
	}
	ctx = context.WithoutCancel(ctx)
	e.menu = e.result.OnMenu
	if e.success = ob.success; e.code == exitOK {
		e.success = &span{e.began, e.end}
	}
	if ob.metricsFile != "" {
		ob.warn("metrics not written", "", ob.write(e))
	}
	if ob.gateway != nil {
		ob.push(ctx, e)
	}
	if ob.ping != nil {
		ob.warnPing(ob.send(ctx, outcomePing(e.code)))
	}
}

// outcomePing is the kind of ping that tells of an exit code.
func outcomePing(code int) string {
	if code == exitOK {
		return ""
	}
	return "fail"
}

// write writes the file of metrics, which a collector may read at any moment. What a pass that failed cannot tell of earlier ones, the former file does.
func (ob *observer) write(e ended) error {
	path := ob.metricsPath()
	if e.code != exitOK {
		if former, err := os.ReadFile(path); err == nil {
			e.remember(string(former), ob.store, ob.stream)
		}
	}
	text := exposition(e.metrics(), ob.store, ob.stream)
	return atomicwriter.WriteFile(path, []byte(text), metricsMode)
}

// metricsPath is where the metrics go: the file as it is named, or one of the stream's own in the folder that is named.
func (ob *observer) metricsPath() string {
	path := ob.fill(ob.metricsFile)
	if info, err := os.Stat(path); err == nil && info.IsDir() || os.IsPathSeparator(path[len(path)-1]) {
		return filepath.Join(path, fmt.Sprintf("%s-%s-%s.prom", metricsJob, ob.store, ob.stream))
	}
	return path
}

// push sends the metrics to a Pushgateway, as a group of the store's and the stream's own. Metrics that are not sent stay there as they were.
func (ob *observer) push(ctx context.Context, e ended) {
	to := ob.gateway.JoinPath("metrics", "job", metricsJob, keyStore, ob.store, keyStream, ob.stream)
	ob.warn("metrics not pushed", to.Host, call(ctx, http.MethodPost, to, exposition(e.metrics(), ob.store, ob.stream)))
}

// send sends a ping of a kind; the empty one says that all is well.
func (ob *observer) send(ctx context.Context, kind string) (err error) {
	to := ob.ping
	if kind != "" {
		to = to.JoinPath(kind)
	}
	for range pings {
		if err = call(ctx, http.MethodGet, to, ""); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (ob *observer) warnPing(err error) { ob.warn("ping not sent", ob.ping.Host, err) }

// warn logs what could not be told. Of a URL it tells the host alone.
func (ob *observer) warn(problem, host string, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	line := ob.log.Warn().Err(err)
	if host != "" {
		line = line.Str(keyHost, host)
	}
	line.Msg(problem)
}
