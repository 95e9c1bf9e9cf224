package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// watermarkFormat is the version of the file's layout. Format 1 has no evidence, and format 2 no reads.
const watermarkFormat = 3

// Watermark is what a stream remembers between passes.
type Watermark struct {
	Format int    `json:"format"`
	Store  string `json:"store"`
	Stream string `json:"stream"`
	// Source is the server that Position refers to; nil for points, whose source is the store.
	Source *Source `json:"source,omitempty"`
	// Settings are those that decide which rows are synced and how: with others everything has to be read again.
	Settings map[string]string `json:"settings,omitempty"`
	// Reads is the version of what the stream reads of a row: rows that were synced by an older one may lack something.
	Reads int `json:"reads,omitempty"`
	// Position is how far the stream is synced: a 64-bit transaction id of the source as text, for points a pass id.
	// Empty until a first pass has ended.
	Position string `json:"position"`
	// Present is the present up to which a points pass has let balances expire; the zero time in older files and for
	// other streams.
	Present time.Time `json:"present,omitzero"`
	// WAL is how far the source's write-ahead log was flushed, in bytes; 0 for points.
	WAL int64 `json:"wal,omitempty"`
	// Started is when the source's server had been started: one that is put back to an earlier state is started again.
	Started string `json:"started,omitempty"`
	// Evidence is what was seen of the source's tables, by their names: nil in a file of format 1, and for streams that
	// do not read changes by their transaction ids.
	Evidence map[string]model.Evidence `json:"evidence,omitempty"`
	// Unfinished is a pass over everything that the next pass resumes.
	Unfinished *Unfinished `json:"unfinished,omitempty"`
	// HeldBack is how many rows the store has that the source no longer has, because a pass that read everything of its
	// own accord would have removed more at once than was allowed.
	HeldBack int64 `json:"held_back,omitempty"`
	// Pass is the pass that wrote the file. A store that does not have it is another one.
	Pass Pass `json:"pass"`
	// SavedAt is when the file was written.
	SavedAt time.Time `json:"saved_at"`
	// Checksum is the SHA-256 of the file with this field empty.
	Checksum string `json:"checksum"`
}

// Source identifies a server and database. It has the fields of biotrack.Identity, so that one converts to the other.
type Source struct {
	SystemIdentifier string `json:"system_identifier"`
	Timeline         int64  `json:"timeline"`
	Database         string `json:"database"`
	DatabaseOID      int64  `json:"database_oid"`
}

// Pass identifies a pass and how far it was. It has the fields of blackbird.Ref, so that one converts to the other.
type Pass struct {
	ID        int64     `json:"id"`
	StartedAt time.Time `json:"started_at"`
	Read      int64     `json:"read"`
}

// Unfinished is a pass that reads everything in key order, and how far it got.
type Unfinished struct {
	Mode string `json:"mode"`
	// Next will be the watermark's position when the pass has ended.
	Next string `json:"next"`
	// LastKey is the last key merged, in the source's spelling, escaped as in a URL's path: a key may hold any bytes.
	LastKey string `json:"last_key"`
}

// NewUnfinished returns an unfinished pass whose last merged key is lastKey, not escaped.
func NewUnfinished(mode, next, lastKey string) *Unfinished {
	return &Unfinished{Mode: mode, Next: next, LastKey: url.PathEscape(lastKey)}
}

// Key returns the last merged key, not escaped.
func (u *Unfinished) Key() (string, error) { return url.PathUnescape(u.LastKey) }

// errDamaged reports bytes that encode did not write.
var errDamaged = errors.New("file is not as it was written")

// encode returns the watermark's file with its checksum. The same watermark always gives the same bytes.
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

// decode reads what encode wrote. Any other bytes are errDamaged.
func decode(text []byte) (*Watermark, error) {
	var w Watermark
	err := json.Unmarshal(text, &w)
	switch {
	case w.Format > watermarkFormat:
		return nil, fmt.Errorf("file has format %d, and this blackbirdctl knows %d", w.Format, watermarkFormat)
	case err != nil:
		return nil, errDamaged
	}
	if again, err := w.encode(); err != nil || !bytes.Equal(again, text) {
		return nil, fmt.Errorf("%w: its checksum does not match", errDamaged)
	}
	return &w, nil
}
