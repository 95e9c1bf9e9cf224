package cmd_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// The page of the menu is looked at with a browser's eyes.

// envBrowser names the browser to use; without it those of the usual names are looked for.
const envBrowser = "BLACKBIRDCTL_TEST_CHROMIUM"

// browser finds a Chromium. That there is none fails the test: what no browser has looked at is not tested.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{
		os.Getenv(envBrowser), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"chrome-headless-shell",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium found\nhint: run `make chromium`, or name one with " + envBrowser)
	return ""
}

// browsing is how long a browser may take, on a machine busy with other tests.
const browsing = 10 * time.Minute

// visit opens a file in a browser, lets the page's scripts run, and returns the document as it is then.
func visit(t *testing.T, file, fragment string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), browsing)
	defer cancel()
	address := url.URL{Scheme: "file", Path: file, Fragment: fragment}
	// The page is our own, and where tests run a sandbox may not be had.
	out, err := exec.CommandContext(ctx, browser(t), "--headless", "--no-sandbox", "--disable-gpu",
		"--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=2000", "--dump-dom", address.String()).
		Output()
	if err != nil {
		t.Fatalf("visit %s: %v", address.String(), err)
	}
	return string(out)
}

// wares are products by their names, with what is in stock of each.
var wares = []struct{ name, quantity, category string }{
	{"Otter Kush", "3.0000", "Flower"},
	{"Café Haze", "6.0000", "Flower"},
	{`<script>document.title = "stolen"</script>`, "99.0000", ""},
	{`</h2></ul><img src="x" onerror="document.title = 'stolen'">"'&amp;`, "1.0000", "</h2><img>"},
	{"Sold out", "0.9000", "Gone"},
}

// menuFile writes the page of a menu with the wares, whose ids count from 1.
func menuFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "menu.html")
	shopOfWares(t).run(0, "menu", "--html", file, "--title", "Otter & Sons")
	return file
}

// shopOfWares returns a shop whose store has the wares.
func shopOfWares(t *testing.T) *fixture {
	t.Helper()
	s := newShop(t, shop.SQLite, t.TempDir())
	s.run(0, "migrate")
	err := s.inStore(func(db *sql.DB) error {
		for i, ware := range wares {
			_, err := db.Exec(`INSERT INTO products VALUES ('default', ?, ?, 1, '12.50', '1.0000', 'each', ?,
				'[{"quantity":"1","price":"12.50"},{"quantity":"10","price":"99.00"}]', 1, 1,
				'2026-03-01T12:00:00.000000Z', ?)`, i+1, ware.name, ware.quantity, ware.category)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPagesFitAPhone: no page is wider than a phone, whatever a product's name holds.
func TestPagesFitAPhone(t *testing.T) {
	t.Parallel()
	s := shopOfWares(t)
	for _, command := range []string{"menu", "report"} {
		file := filepath.Join(t.TempDir(), "page.html")
		s.run(0, command, "--html", file, "--title", strings.Repeat("Longname", 12))
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		frame := `<iframe style="width:360px;border:0" srcdoc="` + html.EscapeString(string(page)) + `"></iframe>
<script>onload = () => {
	const page = document.querySelector("iframe").contentDocument.documentElement
	document.title = page.scrollWidth <= page.clientWidth ? "fits" : "width " + page.scrollWidth
}</script>`
		if err := os.WriteFile(file, []byte(frame), 0o600); err != nil {
			t.Fatal(err)
		}
		if dom := visit(t, file, ""); !strings.Contains(dom, "<title>fits</title>") {
			t.Errorf("%s is wider than a phone: %v", command,
				regexp.MustCompile("<title>width[^<]*").FindString(dom))
		}
	}
}

// shownOn returns the names that a visited page shows, with their badges.
func shownOn(page string) (shown []string) {
	item := regexp.MustCompile(
		`(?s)<li id="product-[0-9]+"([^>]*)>\s*<h3[^>]*>(.*?)</h3>.*?<p class="badge [a-z_]+">(.*?)</p>`,
	)
	for _, found := range item.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(found[1], "hidden") {
			shown = append(shown, html.UnescapeString(found[2])+": "+found[3])
		}
	}
	return shown
}

func TestMenuPage(t *testing.T) {
	t.Parallel()
	file := menuFile(t)
	kush, haze := "Otter Kush: only 3 left", "Café Haze: in stock"
	script, image := wares[2].name+": in stock", wares[3].name+": only 1 left"
	for _, tt := range []struct {
		name, fragment string
		want           []string
		tells          string
	}{
		{"all", "", []string{image, haze, kush, script}, "4 on the menu"},
		{"one word", "q=otter", []string{kush}, "1 of 4 on the menu"},
		{"words in any order", "q=KUSH ott", []string{kush}, "1 of 4 on the menu"},
		{"without its accent", "q=cafe", []string{haze}, "1 of 4 on the menu"},
		{"a tag is but text", "q=<script", []string{script}, "1 of 4 on the menu"},
		{"sold out", "q=sold", nil, "0 of 4 on the menu"},
	} {
		page := visit(t, file, tt.fragment)
		if got, want := strings.Join(shownOn(page), "\n"), strings.Join(tt.want, "\n"); got != want {
			t.Errorf("%s: the page shows\n%s\nwant\n%s", tt.name, got, want)
		}
		for _, part := range []string{
			"<title>Otter &amp; Sons</title>", ">" + tt.tells + "</p>", `<div id="search" role="search">`,
		} {
			if !strings.Contains(page, part) {
				t.Errorf("%s: the page lacks %s", tt.name, part)
			}
		}
		if none := strings.Contains(page, `<p id="none">`); none != (tt.want == nil) {
			t.Errorf("%s: that nothing was found is told: %v", tt.name, none)
		}
	}
}

// TestMenuPagePolicy: what the page allows to run is what it brings, and nothing else.
func TestMenuPagePolicy(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(menuFile(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, element := range []string{"style", "script"} {
		found := regexp.MustCompile("(?s)<"+element+">(.*?)</"+element+">").FindAllSubmatch(page, -1)
		if len(found) != 1 {
			t.Fatalf("%d elements %s, want one", len(found), element)
		}
		sum := sha256.Sum256(found[0][1])
		policy := element + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if !strings.Contains(html.UnescapeString(string(page)), policy) {
			t.Errorf("the policy lacks %s", policy)
		}
	}
}
