package sync

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// watermarkFormat is the version of the file's layout.
const watermarkFormat = 1

// Watermark is what a stream remembers between passes.
type Watermark struct {
	Format int    `json:"format"`
	Store  string `json:"store"`
	Stream string `json:"stream"`
	// Source is the server that Position speaks of; nil for points, whose source is the store.
	Source *biotrack.Identity `json:"source,omitempty"`
	// Settings are those that decide which rows are taken and how: others need everything read again.
	Settings map[string]string `json:"settings,omitempty"`
	// Position is what the stream has been brought up to: a 64-bit transaction id of the source as text, for points a pass id.
	// Empty until a first pass has ended.
	Position string `json:"position"`
	// Unfinished is a pass over everything that has yet to be gone on with.
	Unfinished *Unfinished `json:"unfinished,omitempty"`
	// Pass is the pass that wrote the file, by which the store is known again.
	Pass blackbird.Ref `json:"pass"`
	// SavedAt is when the file was written.
	SavedAt time.Time `json:"saved_at"`
	// Checksum is the SHA-256 of the file with this field empty.
	Checksum string `json:"checksum"`
}

// Unfinished is a pass that goes through everything in key order, and how far it got.
type Unfinished struct {
	Mode Mode `json:"mode"`
	// Next will be the watermark's position when the pass has ended.
	Next string `json:"next"`
	// LastKey is the last key merged, in the source's spelling, escaped as in a URL's path: a key may hold any bytes.
	LastKey string `json:"last_key"`
}

// errBroken says that a watermark file is not as it was written.
var errBroken = errors.New("file is not as it was written")

// encode writes the watermark with its checksum. The same watermark always gives the same bytes.
func (w Watermark) encode() ([]byte, error) {
	w.Checksum = ""
	plain, err := json.MarshalIndent(w, "", "  ")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(plain)
	w.Checksum = hex.EncodeToString(sum[:])
	text, err := json.MarshalIndent(w, "", "  ")
	return append(text, '\n'), err
}

// decodeWatermark reads what encode wrote, and nothing else: any other bytes are errBroken.
func decodeWatermark(text []byte) (*Watermark, error) {
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &format); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if format.Format > watermarkFormat {
		return nil, fmt.Errorf("file has format %d, and this blackbirdctl knows %d", format.Format, watermarkFormat)
	}
	var w Watermark
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if again, err := w.encode(); err != nil || !bytes.Equal(again, text) {
		return nil, fmt.Errorf("%w: its checksum does not match", errBroken)
	}
	return &w, nil
}

func (u *Unfinished) lastKey() (string, error) { return url.PathUnescape(u.LastKey) }

func unfinished(mode Mode, next, lastKey string) *Unfinished {
	return &Unfinished{Mode: mode, Next: next, LastKey: url.PathEscape(lastKey)}
}
