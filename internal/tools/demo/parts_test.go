package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	lock, err := takeFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := takeFolder(dir); err == nil || !strings.Contains(err.Error(), "another demo") {
		t.Errorf("a second demo in the folder: %v", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, "default", "orders.watermark.json")
	if err := errors.Join(os.Mkdir(filepath.Dir(old), 0o700), os.WriteFile(old, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if lock, err = takeFolder(dir); err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || entries[0].Name() != markerName {
		t.Errorf("the folder was not emptied: %v", entries)
	}
}

func TestFolderOfSomebodyElse(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, storeFile)
	if err := os.WriteFile(target, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if code := start(t.Context(), []string{"--state", dir}, &out, &problems); code != failed || !strings.Contains(problems.String(), "no demo made") {
		t.Errorf("exit code %d, stderr %q", code, &problems)
	}
	if _, err := os.Stat(target); err != nil {
		t.Error(err)
	}
}

func TestCommandLine(t *testing.T) {
	t.Setenv("BLACKBIRDCTL_TEST_PG_URL", "postgres://owner:secret@till/postgres")
	for _, c := range []struct {
		args []string
		code int
	}{{[]string{"--help"}, 0}, {[]string{"--no-such-flag"}, usage}, {[]string{"now"}, usage}} {
		var out, problems bytes.Buffer
		if code := start(t.Context(), c.args, &out, &problems); code != c.code {
			t.Errorf("%v: exit code %d, want %d", c.args, code, c.code)
		}
		if problems.Len() == 0 || strings.Contains(problems.String(), "secret") {
			t.Errorf("%v: stderr %q", c.args, &problems)
		}
	}
}

func TestSettingsOfTheMachineAreNotTheDemos(t *testing.T) {
	got := withoutSettings([]string{"HOME=/h", "BLACKBIRD_URL=x", "BLACKBIRD_URL_FILE=x", "BLACKBIRDCTL_STORE=x", "BIOTRACK_URL=x", "PGPORT=1", "PATH=/bin"})
	if want := []string{"HOME=/h", "PATH=/bin"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCompareMenus(t *testing.T) {
	item := func(id int64, name, price, quantity string, on bool) product {
		return product{ID: id, Name: name, Price: price, UnitQuantity: "1.0000", Unit: "each", Quantity: quantity, Breaks: "[]", OnMenu: on}
	}
	before := menu{
		item(1, "same", "5.00", "9.0000", true), item(2, "sells out", "5.00", "9.0000", true), item(3, "goes", "5.00", "9.0000", true),
		item(4, "loses its price", "5.00", "9.0000", true), item(5, "comes back", "5.00", "0.0000", false),
		item(6, "is repriced", "5.00", "9.0000", true), item(7, "is renamed", "5.00", "9.0000", true), item(8, "was off, is off", "", "9.0000", false),
	}
	after := menu{
		before[0], item(2, "sells out", "5.00", "0.5000", false), item(3, "goes", "5.00", "9.0000", false),
		item(4, "loses its price", "", "9.0000", false), item(5, "comes back", "5.00", "3.0000", true),
		item(6, "is repriced", "6.00", "20.0000", true), item(7, "has a name", "5.00", "8.0000", true), item(8, "was off, is off", "", "1.0000", false),
		item(9, "is new", "1.00", "4.5000", true),
	}
	var out bytes.Buffer
	compare(before, after).show(&page{w: &out})
	want := `  2 came on the menu
    +  5  comes back  in stock again: 5.00 a piece, 3 in stock
    +  9  is new      new: 1.00 a piece, 4.5 in stock
  3 left the menu
    -  2  sells out        sold out: 0.5 left in rooms 0,2
    -  3  goes             taken off sale at the till
    -  4  loses its price  has no price any more
  1 cost something else
    ~  6  is repriced  5.00 -> 6.00
  1 have another name
    ~  7  has a name  was: is renamed
  2 have more or less in stock, the largest changes first
    ~  6  is repriced  9 -> 20 (+11)
    ~  7  has a name   9 -> 8 (-1)
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &out, want)
	}
}

func TestPage(t *testing.T) {
	long := strings.Repeat("word ", 30)
	if got := wrap(long, "    "); strings.Count(got, "\n    word") != 1 || strings.Count(got, "word") != 30 {
		t.Errorf("folded: %q", got)
	}
	if got := short("Crème Brûlée", 7); got != "Crème …" {
		t.Errorf("cut: %q", got)
	}
	broken := &page{w: brokenPipe{}}
	broken.say("first")
	broken.say("second")
	if !errors.Is(broken.err, os.ErrClosed) {
		t.Errorf("error %v", broken.err)
	}
}

// brokenPipe is the output of a demo whose reader has seen enough.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }
