package pgconnect

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lib/pq"
)

func TestCheck(t *testing.T) {
	folder := t.TempDir()
	garbage := filepath.Join(folder, "garbage.pem")
	if err := os.WriteFile(garbage, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(folder, "missing")
	const usable = ""
	unusable := func(setting string) string { return "names a file with " + setting + " that cannot be used: " }
	for text, want := range map[string]string{
		"postgresql:///b?host=/tmp":                             usable,
		"postgres://h/b?sslmode=disable&sslrootcert=/nowhere":   usable,
		"postgres://h/b?sslrootcert=system&sslmode=verify-full": usable,
		"postgres://h/b?channel_binding=prefer":                 usable,
		"postgres://h,i/b?target_session_attrs=read-write":      usable,

		"postgres://u:s@k:ret@h/b?user=a@b": usable,
		"postgres://u:sekret@h/b%40c":       usable,
		"postgres://u:12#sekret@h/b":        "is not percent-encoded",
		"postgres://u:12/sekret@h/b":        "is not percent-encoded",
		"postgres://u:12?sekret@h/b":        "is not percent-encoded",
		"postgres://u:12@h/sekret@h/b":      "is not percent-encoded",

		":":                                     "is not a URL",
		"":                                      "does not begin with postgres://",
		"mysql://u:sekret@h/b":                  "does not begin with postgres://",
		"host=h password=sekret":                "does not begin with postgres://",
		"postgres://u:sekret@h:x/b":             "is not a URL",
		"postgres://u:sek%ret@h/b":              "is not a URL",
		"postgres://u:sekret@h/b?sslmode=maybe": "is not a PostgreSQL URL: ",
		"postgres://h/b?password=sekret&connect_timeout=x": "is not a PostgreSQL URL: ",
		"postgres://u:sekret@h/b?service=till":             "names a service that cannot be used: ",
		"postgres://u:sekret@h/b?connect_timeout=soon": `is not a PostgreSQL URL: pq: wrong value for ` +
			`"connect_timeout": must be a whole number, and not too large`,
		"postgres://u:sekret@h/b?target_session_attrs=best": `wrong value for "target_session_attrs"`,
		"postgres://u:sekret@h/b?channel_binding=require":   "asks for channel_binding, which is not supported",

		"postgres://u:sekret@h/b?sslrootcert=" + missing:                    unusable("sslrootcert"),
		"postgres://u:sekret@h/b?sslmode=verify-ca&sslrootcert=" + garbage:  "holds no PEM certificate",
		"postgres://u:sekret@h/b?sslrootcert=" + folder:                     unusable("sslrootcert"),
		"postgres://u:sekret@h/b?sslcert=" + missing:                        unusable("sslcert"),
		"postgres://u:sekret@h/b?sslcert=" + garbage + "&sslkey=" + garbage: unusable("sslcert and sslkey"),
		"postgres://u:sekret@h/b?passfile=" + missing:                       unusable("passfile"),
	} {
		err := Check(text)
		if want == usable {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		var problem *URLError
		if !errors.As(err, &problem) || !strings.Contains(err.Error(), want) || problem.Hint() == "" {
			t.Errorf("%q: error is %v, want one with %q", text, err, want)
		} else if strings.Contains(err.Error()+problem.Hint(), "sek") {
			t.Errorf("%q: the error holds the password: %v", text, err)
		}
	}
}

// TestRefusedParameter: what a server or a pooler says of a parameter is told from what it says of anything else.
func TestRefusedParameter(t *testing.T) {
	given := pq.Config{Runtime: map[string]string{"stile": "1"}}
	for _, tt := range []struct {
		name    string
		cfg     pq.Config
		err     error
		refused bool
	}{
		{"none", given, nil, false},
		{"another error", given, io.EOF, false},
		{"unknown", given, &pq.Error{Code: "42704", Message: `unrecognized configuration parameter "stile"`}, true},
		{"wrong value", given, &pq.Error{Code: "22023", Message: `invalid value for parameter "stile": "1"`}, true},
		{"in options", pq.Config{Options: "-c stile=1"}, &pq.Error{Code: "42704"}, true},
		{"not ours", pq.Config{}, &pq.Error{Code: "42704", Message: `type "stile" does not exist`}, false},
		{"forbidden", given, &pq.Error{Code: "42501", Message: `permission denied to set parameter "stile"`}, true},
		{"a grant", given, &pq.Error{Code: "42501", Message: "permission denied for table tickets"}, false},
		{"a pooler", pq.Config{}, &pq.Error{Code: "08P01", Message: "unsupported startup parameter: stile"}, true},
		{"the protocol", given, &pq.Error{Code: "08P01", Message: "invalid message format"}, false},
	} {
		err := refusedParameter(tt.cfg, tt.err)
		if _, ok := errors.AsType[*URLError](err); ok != tt.refused {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
