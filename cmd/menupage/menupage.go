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

// Menu is what a page shows.
type Menu struct {
	Products []Product
	// AsOf is the moment up to which the menu is true, in the store's time zone; zero if no pass has made it yet.
	AsOf time.Time
}

// Product is a product on the menu.
type Product struct {
	ID   int64
	Name string
	Price
	// Breaks are the prices of larger quantities.
	Breaks []Price
	// Stock is the class of the badge, and Badge its text.
	Stock, Badge string
}

// Price is an amount in dollars, and the quantity that it is for, such as "for 3.5 g".
type Price struct{ Amount, For string }

//go:embed page.html page.css page.js
var files embed.FS

var page = template.Must(template.ParseFS(files, "page.html"))

// Write writes the page.
func Write(w io.Writer, m Menu) error {
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

// Save replaces the file by the page. Its error is an *Error.
func Save(path string, m Menu) error {
	var text bytes.Buffer
	err := Write(&text, m)
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

func (e *Error) Error() string { return fmt.Sprintf("write menu %s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns what to do.
func (e *Error) Hint() string {
	return "name a file with --html in an existing, writable folder, on a disk with free space"
}
