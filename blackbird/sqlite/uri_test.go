package sqlite

import (
	"database/sql"
	"net/url"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// TestFileURI: the forms of absolute paths that systems have, as SQLite takes them.
func TestFileURI(t *testing.T) {
	for path, want := range map[string]string{
		"/var/lib/shop/blackbird.db":        "file:///var/lib/shop/blackbird.db?_txlock=immediate",
		"C:/Program Files/Shop/my?#%.db":    "file:///C:/Program%20Files/Shop/my%3F%23%25.db?_txlock=immediate",
		"//server/shops/store/blackbird.db": "file:////server/shops/store/blackbird.db?_txlock=immediate",
	} {
		if got := fileURI(path, url.Values{"_txlock": {"immediate"}}); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// TestClassifyFolder: a folder that takes no temporary files is a file's problem.
func TestClassifyFolder(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "PRAGMA temp_store_directory = '/nowhere'")
	if kind := (&engine{}).Classify(err); kind != model.DBErrorFile {
		t.Errorf("%v is of kind %v", err, kind)
	}
}
