package pgconnect

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
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

		":":                                     "is not a URL",
		"":                                      "does not begin with postgres://",
		"mysql://u:sekret@h/b":                  "does not begin with postgres://",
		"host=h password=sekret":                "does not begin with postgres://",
		"postgres://u:sekret@h:x/b":             "is not a URL",
		"postgres://u:sek%ret@h/b":              "is not a URL",
		"postgres://u:sekret@h/b?sslmode=maybe": "is not a PostgreSQL URL: ",
		"postgres://h/b?password=sekret&connect_timeout=x": "is not a PostgreSQL URL: ",
		"postgres://u:sekret@h/b?service=till":             "names a service that cannot be used: ",

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
