package pgconnect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/files"
)

// connectTimeout bounds each connection attempt, unless the URL says otherwise.
const connectTimeout = 10 * time.Second

// Target is a server to connect to.
type Target struct {
	Config pq.Config
	Dialer pq.Dialer
}

// URLError reports that a database URL cannot be used. It holds no part of the URL but names of files.
type URLError struct{ Problem, hint string }

func (e *URLError) Error() string { return e.Problem }

// Hint returns what to do.
func (e *URLError) Hint() string { return e.hint }

// Check returns a *URLError if the URL cannot be used. It does not connect.
func Check(rawURL string) error {
	_, err := parse(rawURL)
	return err
}

func parse(rawURL string) (pq.Config, error) {
	invalid := func(problem string) (pq.Config, error) {
		return pq.Config{}, &URLError{problem,
			"write it as postgres://user:password@host:5432/database, with special characters in the " +
				"password percent-encoded"}
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return invalid("is not a URL")
	}
	if u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return invalid("does not begin with postgres://")
	}
	cfg, err := pq.NewConfig(rawURL)
	switch {
	case err != nil && (u.Query().Has("service") || os.Getenv("PGSERVICE") != ""):
		return cfg, &URLError{"names a service that cannot be used: " + redact(err.Error(), u),
			"correct the service file that PGSERVICEFILE names, or write the whole address without a service"}
	case err != nil:
		return invalid("is not a PostgreSQL URL: " + redact(err.Error(), u))
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	return cfg, checkFiles(cfg, u)
}

// redact replaces a URL's password in a text.
func redact(text string, u *url.URL) string {
	secrets := []string{u.Query().Get("password")}
	if password, ok := u.User.Password(); ok {
		secrets = append(secrets, password, url.QueryEscape(password), url.PathEscape(password))
	}
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "xxxxx")
		}
	}
	return text
}

// checkFiles checks the files that the configuration names. The driver checks no sslrootcert with sslmode=require, its
// default, and no sslcert or passfile that does not exist.
func checkFiles(cfg pq.Config, u *url.URL) error {
	unusable := func(setting string, err error) error {
		return &URLError{
			fmt.Sprintf("names a file with %s that cannot be used: %v", setting, err),
			fmt.Sprintf("name a readable, valid file with %s, or leave it out", setting),
		}
	}
	if passfile := u.Query().Get("passfile"); passfile != "" {
		if _, err := files.Read(passfile); err != nil {
			return unusable("passfile", err)
		}
	}
	if cfg.SSLMode == pq.SSLModeDisable || cfg.SSLInline {
		return nil
	}
	if file := cfg.SSLRootCert; file != "" && file != "system" {
		text, err := files.Read(file)
		if err == nil && !x509.NewCertPool().AppendCertsFromPEM(text) {
			err = errors.New(file + " holds no PEM certificate")
		}
		if err != nil {
			return unusable("sslrootcert", err)
		}
	}
	if cfg.SSLCert != "" {
		cert, err := files.Read(cfg.SSLCert)
		if err != nil {
			return unusable("sslcert", err)
		}
		if cfg.SSLKey == "" {
			return nil
		}
		key, err := files.Read(cfg.SSLKey)
		if err == nil {
			_, err = tls.X509KeyPair(cert, key)
		}
		if err != nil {
			return unusable("sslcert and sslkey", err)
		}
	}
	return nil
}

// Open opens a database under an application name. Its connections fail when the server is silent for longer than
// idle; they end with ctx. Without an sslmode, TLS is used if the server has it.
func Open[T any](
	ctx context.Context, rawURL, application string, idle time.Duration, open func(Target) (T, error),
) (database T, err error) {
	cfg, err := parse(rawURL)
	if err != nil {
		return database, err
	}
	cfg.ApplicationName = application
	dialer := newDialer(ctx, idle)
	database, err = open(Target{cfg, dialer})
	u, _ := url.Parse(rawURL)
	given := u.Query().Has("sslmode") || u.Query().Has("sslrootcert") || os.Getenv("PGSSLMODE") != ""
	if !given && errors.Is(err, pq.ErrSSLNotSupported) {
		cfg.SSLMode = pq.SSLModeDisable
		return open(Target{cfg, dialer})
	}
	return database, err
}
