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
	"github.com/lib/pq/pqerror"

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
				"password percent-encoded: # as %23, / as %2F, ? as %3F, @ as %40, % as %25"}
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return invalid("is not a URL")
	}
	if u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return invalid("does not begin with postgres://")
	}
	// In a password that is not encoded, each of #, / and ? ends the host, so that the @ comes after it.
	firstParameter, _, _ := strings.Cut(u.RawQuery, "=")
	if u.Fragment != "" || strings.Contains(u.EscapedPath()+firstParameter, "@") {
		return invalid("has a special character, probably in its password, that is not percent-encoded")
	}
	cfg, err := pq.NewConfig(rawURL)
	switch {
	case err != nil && (u.Query().Has("service") || os.Getenv("PGSERVICE") != ""):
		return cfg, &URLError{"names a service that cannot be used: " + redact(err.Error(), u),
			"correct the service file that PGSERVICEFILE names, or write the whole address without a service"}
	case err != nil:
		problem, _, notNumber := strings.Cut(redact(err.Error(), u), "strconv.")
		if notNumber {
			problem += "must be a whole number, and not too large"
		}
		return cfg, &URLError{"is not a PostgreSQL URL: " + problem,
			"correct that parameter in the URL, or leave it out"}
	}
	switch cfg.Runtime["channel_binding"] {
	case "", "disable", "prefer": // what the driver does anyway, without knowing the parameter
		delete(cfg.Runtime, "channel_binding")
	default:
		return cfg, &URLError{"asks for channel_binding, which is not supported",
			"leave channel_binding out; sslmode=verify-full makes sure that the server is the right one"}
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
		database, err = open(Target{cfg, dialer})
	}
	if refused := refusedParameter(cfg, err); refused != nil {
		return database, refused
	}
	return database, err
}

// refusedParameter returns a *URLError if the server or a pooler refused a parameter of the connection, else nil. What
// the driver does not know in a URL it sends to the server.
func refusedParameter(cfg pq.Config, err error) error {
	e := pq.As(err, pqerror.ProtocolViolation, pqerror.UndefinedObject, pqerror.InvalidParameterValue,
		pqerror.CantChangeRuntimeParam, pqerror.InvalidName, pqerror.SyntaxError, pqerror.InsufficientPrivilege)
	isAbout := func(what string) bool { return strings.Contains(e.Message, what) }
	switch {
	case e == nil:
	case e.Code == pqerror.ProtocolViolation:
		if isAbout("startup parameter") {
			return &URLError{"names a pooler that refuses a parameter: " + e.Message,
				"leave that parameter out of the URL; if it is not there, name the server itself"}
		}
	case e.Code == pqerror.InsufficientPrivilege && !isAbout("parameter"), len(cfg.Runtime) == 0 && cfg.Options == "":
	default:
		return &URLError{"has a parameter that the server refuses: " + e.Message,
			"correct that parameter in the URL, or leave it out"}
	}
	return nil
}
