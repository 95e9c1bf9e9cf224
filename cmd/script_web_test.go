package cmd_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	stdsync "sync"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/rogpeppe/go-internal/testscript"
)

// web is a server that notes what it is asked, and answers as it was told to.
type web struct {
	server *httptest.Server

	mu    stdsync.Mutex
	asked []string
	body  string
	// answers are the statuses of the next answers; 200 when there are none left.
	answers []int
}

// cmdWeb plays whoever is told of passes over HTTP.
//
//	web up               starts a server, and names it in WEB
//	web answers STATUS…  has it answer the next requests so; 0 is none at all
//	web asked            prints the requests since the last time, and forgets them
//	web body FILE        writes the last request's body into a file
func cmdWeb(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) == 0 || (args[0] == "up") == (s.web != nil) {
		return errUsage
	}
	switch args[0] {
	case "up":
		s.web = &web{}
		s.web.server = httptest.NewServer(s.web)
		ts.Setenv("WEB", strings.TrimPrefix(s.web.server.URL, "http://"))
		return nil
	case "answers":
		return s.web.expect(args[1:])
	case "asked":
		fmt.Fprint(ts.Stdout(), s.web.take())
		return nil
	case "body":
		if len(args) == 2 {
			return os.WriteFile(ts.MkAbs(args[1]), []byte(s.web.last()), 0o600)
		}
	}
	return errUsage
}

func (w *web) expect(statuses []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, text := range statuses {
		status, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		w.answers = append(w.answers, status)
	}
	return nil
}

// ServeHTTP answers one request. Who asks for no answer gets a connection that is cut.
func (w *web) ServeHTTP(answer http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if status := w.note(r, string(body)); status != 0 {
		answer.WriteHeader(status)
		return
	}
	panic(http.ErrAbortHandler)
}

func (w *web) note(r *http.Request, body string) (status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := r.Method + " " + r.URL.RequestURI()
	if user, password, ok := r.BasicAuth(); ok {
		line += " as " + user + ":" + password
	}
	w.asked, w.body = append(w.asked, line), body
	if len(w.answers) == 0 {
		return http.StatusOK
	}
	status, w.answers = w.answers[0], w.answers[1:]
	return status
}

func (w *web) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	asked := strings.Join(append(w.asked, ""), "\n")
	w.asked = nil
	return asked
}

func (w *web) last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.body
}

func (w *web) close() {
	if w != nil {
		w.server.Close()
	}
}

// cmdMetrics holds a file of metrics against Prometheus' own parser and linter, and prints it.
//
//	metrics FILE
func cmdMetrics(ts *testscript.TestScript, _ *fixture, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	fmt.Fprint(ts.Stdout(), string(text))
	if found := leaks(string(text)); len(found) > 0 {
		return fmt.Errorf("metrics hold what must not be seen: %q", found)
	}
	return checkMetrics(string(text))
}

func checkMetrics(text string) error {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	if _, err := parser.TextToMetricFamilies(strings.NewReader(text)); err != nil {
		return err
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	for _, problem := range problems {
		err = errors.Join(err, fmt.Errorf("%s: %s", problem.Metric, problem.Text))
	}
	return err
}
