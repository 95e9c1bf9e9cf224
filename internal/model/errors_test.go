package model

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

func TestClassifyDBError(t *testing.T) {
	t.Parallel()
	dial := func(err error) error {
		return fmt.Errorf("connect: %w", &net.OpError{Op: "dial", Net: "tcp", Err: err})
	}
	for _, tt := range []struct {
		name string
		err  error
		want DBErrorKind
	}{
		{"none", nil, DBErrorOther},
		{"anything else", errors.New("what"), DBErrorOther},
		{"refused", dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), DBErrorUnavailable},
		{"no socket", dial(os.NewSyscallError("connect", syscall.ENOENT)), DBErrorUnavailable},
		{"a socket of others", dial(os.NewSyscallError("connect", syscall.EACCES)), DBErrorSocket},
		{"unknown host", &net.DNSError{Err: "no such host"}, DBErrorUnavailable},
		{"cut off", io.ErrUnexpectedEOF, DBErrorUnavailable},
		{"closed", net.ErrClosed, DBErrorUnavailable},
		{"bad connection", driver.ErrBadConn, DBErrorUnavailable},
		{"lost connection", sql.ErrConnDone, DBErrorUnavailable},
		{"too slow", context.DeadlineExceeded, DBErrorUnavailable},
		{"a standby", errors.New("server is in hot standby mode"), DBErrorTarget},
		{"a primary", errors.New("server is not in hot standby mode"), DBErrorTarget},
		{"read-only", errors.New("session is read-only"), DBErrorTarget},
		{"a standby, and the primary is down", errors.Join(dial(syscall.ECONNREFUSED),
			errors.New("server is in hot standby mode")), DBErrorUnavailable},
		{"no TLS", pq.ErrSSLNotSupported, DBErrorNoTLS},
		{"unknown authority", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, DBErrorCertificate},
		{"other host's certificate", x509.HostnameError{}, DBErrorCertificate},
		{"no file", &fs.PathError{Op: "open", Path: "root.crt", Err: syscall.ENOENT}, DBErrorTLSFile},
	} {
		if got := ClassifyDBError(tt.err); got != tt.want {
			t.Errorf("%s: kind %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestClassifySQLState(t *testing.T) {
	t.Parallel()
	for code, want := range map[pqerror.Code]DBErrorKind{
		"08006": DBErrorUnavailable, "25P03": DBErrorUnavailable, "25P04": DBErrorUnavailable,
		"40001": DBErrorUnavailable, "40P01": DBErrorUnavailable, "53100": DBErrorUnavailable,
		"53300": DBErrorUnavailable, "55P03": DBErrorLocked, "57014": DBErrorUnavailable,
		"57P01": DBErrorUnavailable, "57P03": DBErrorUnavailable, "58030": DBErrorUnavailable,
		"25006": DBErrorReadOnly, "28000": DBErrorAuthentication, "28P01": DBErrorAuthentication,
		"3D000": DBErrorNoDatabase,
		"3F000": DBErrorSchema, "42501": DBErrorPermission, "42703": DBErrorSchema, "42883": DBErrorSchema,
		"42P01": DBErrorSchema,
		"22P02": DBErrorOther, "23505": DBErrorOther, "42601": DBErrorOther, "XX000": DBErrorOther, "": DBErrorOther,
	} {
		kind := ClassifyDBError(fmt.Errorf("read: %w", &pq.Error{Code: code}))
		if kind != want {
			t.Errorf("%s: kind %d, want %d", code, kind, want)
		}
		if kind.IsUnavailable() && kind.IsConfiguration() {
			t.Errorf("%s: both unavailable and configuration", code)
		}
	}
}

// TestClassifyTLSFiles asks the driver itself to connect with files that it cannot use.
func TestClassifyTLSFiles(t *testing.T) {
	t.Parallel()
	server := tlsServer(t)
	folder := t.TempDir()
	write := func(name, content string, mode fs.FileMode) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := write("text", "no PEM", 0o600)
	garbled := write("garbled", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 0o600)
	open := write("open", "no PEM", 0o644)
	for name, settings := range map[string]string{
		"no root":          "sslrootcert=" + folder + "/nowhere",
		"a folder":         "sslrootcert=" + folder,
		"root without PEM": "sslrootcert=" + text,
		"certificate":      "sslcert=" + text + "&sslkey=" + text,
		"garbled":          "sslcert=" + garbled + "&sslkey=" + text,
		"key's mode":       "sslcert=" + text + "&sslkey=" + open,
		"no key":           "sslcert=" + text + "&sslkey=" + folder + "/nowhere",
	} {
		connector, err := pq.NewConnector("postgres://" + server + "/x?sslmode=verify-full&" + settings)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = connector.Connect(t.Context()); ClassifyDBError(err) != DBErrorTLSFile {
			t.Errorf("%s: kind %d of %v", name, ClassifyDBError(err), err)
		}
	}
}

// tlsServer returns the address of a server that agrees to TLS and says no more.
func tlsServer(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := io.ReadFull(conn, make([]byte, 8)); err == nil {
					_, _ = conn.Write([]byte("S"))
					_, _ = io.Copy(io.Discard, conn)
				}
			}()
		}
	}()
	return listener.Addr().String()
}
