package menupage

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/moby/sys/atomicwriter"
)

//go:embed page.html page.css page.js report.html report.css
var files embed.FS

// Write writes the page, with times in a time zone.
func Write(w io.Writer, m Menu, zone *time.Location) error {
	m.AsOf = m.AsOf.In(zone)
	// Parsed here and not at the start: most runs write no page.
	page, err := template.ParseFS(files, "page.html")
	if err != nil {
		return err
	}
	style, script := read("page.css"), read("page.js")
	return page.Execute(w, struct {
		Menu
		Style                 template.CSS
		Script                template.JS
		StyleHash, ScriptHash string
	}{m, template.CSS(style), template.JS(script), hash(style), hash(script)})
}

func read(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // The file is embedded.
	}
	return string(text)
}

// hash names an inline text in a content security policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Save replaces the file by the page that write writes. Its error is an *Error.
func Save(path string, write func(w io.Writer) error) error {
	var text bytes.Buffer
	err := write(&text)
	if err == nil {
		err = atomicwriter.WriteFile(path, text.Bytes(), 0o644)
	}
	if err != nil {
		return &Error{path, err}
	}
	return nil
}

// Error says that a page cannot be written.
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("write %s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns what to do.
func (e *Error) Hint() string {
	return "name a file in an existing, writable folder, on a disk with free space"
}
