package biotrack

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// encoding is a database's, as the server names it. SQL_ASCII databases hand out bytes as some till wrote them: valid
// UTF-8 is believed, anything else is what Windows wrote. LATIN1 databases are converted by the server, which turns the
// typographic quotes and dashes of Windows-1252 into control characters. Any other text arrives as valid UTF-8.
type encoding string

const (
	encodingUnknown encoding = "SQL_ASCII"
	encodingLatin1  encoding = "LATIN1"
)

// decode turns a text as the server sent it into valid UTF-8. It returns its argument where that is UTF-8 already.
func (e encoding) decode(raw []byte) []byte {
	switch e {
	case encodingUnknown:
		if utf8.Valid(raw) {
			return raw
		}
		// This never fails: the five bytes that Windows-1252 leaves open become U+FFFD.
		out := make([]byte, 0, len(raw)+len(raw)/2)
		for _, c := range raw {
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(c))
		}
		return out
	case encodingLatin1:
		if !bytes.ContainsFunc(raw, isC1) {
			return raw
		}
		return bytes.Map(func(r rune) rune {
			if isC1(r) {
				return charmap.Windows1252.DecodeByte(byte(r))
			}
			return r
		}, raw)
	}
	return raw
}

// encode returns the texts that the source may hold for a decoded one: what decode may have made it of.
func (e encoding) encode(text string) []string {
	switch e {
	case encodingUnknown:
		encoded, err := charmap.Windows1252.NewEncoder().String(text)
		if err == nil && encoded != text {
			return []string{text, encoded}
		}
	case encodingLatin1:
		return []string{strings.Map(func(r rune) rune {
			if b, ok := charmap.Windows1252.EncodeRune(r); ok && isC1(rune(b)) {
				return rune(b)
			}
			return r
		}, text)}
	}
	return []string{text}
}

// isC1 reports whether a rune is a control character from U+0080 to U+009F, which no name holds.
func isC1(r rune) bool { return r >= 0x80 && r <= 0x9f }

// keySpace is what may surround a key: char(n) columns pad with blanks, and hand-made imports leave the rest. The SQL
// trims the same characters, so that both sides mean the same key.
const keySpace = " \t\n\v\f\r"

// IsSpaced reports whether a key has blanks around it.
func IsSpaced(key string) bool {
	trimmed := strings.Trim(key, keySpace)
	return trimmed != key && trimmed != ""
}

// text decodes and trims a value; nil means there is none.
func (e encoding) text(raw []byte) []byte { return emptyToNil(bytes.TrimSpace(e.decode(raw))) }

// key decodes and trims a key; nil means there is none.
func (e encoding) key(raw []byte) []byte { return emptyToNil(bytes.Trim(e.decode(raw), keySpace)) }

func emptyToNil(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// decoder puts a value of the server, nil for NULL, where it belongs.
type decoder func(raw []byte, e encoding) error

func text(into *[]byte) decoder {
	return func(raw []byte, e encoding) error {
		*into = e.text(raw)
		return nil
	}
}

// lower decodes a text in lower case. Most are as they come, and not copied.
func lower(into *[]byte) decoder {
	return func(raw []byte, e encoding) error {
		*into = e.text(raw)
		for _, b := range *into {
			if b >= utf8.RuneSelf || 'A' <= b && b <= 'Z' {
				*into = emptyToNil(bytes.ToLower(*into))
				return nil
			}
		}
		return nil
	}
}

func key(into *[]byte) decoder {
	return func(raw []byte, e encoding) error {
		*into = e.key(raw)
		return nil
	}
}

// flag decodes a number. Anything but 0 is set.
func flag(into *bool) decoder {
	return func(raw []byte, _ encoding) error {
		*into = string(raw) != "0"
		if len(raw) > 1 {
			n, err := model.ParseNumber(string(raw))
			*into = err != nil || !n.IsZero()
		}
		return nil
	}
}

func amount(into *Amount) decoder {
	return func(raw []byte, _ encoding) error {
		*into = ParseAmount(raw)
		return nil
	}
}

func epoch(into *Epoch) decoder {
	return func(raw []byte, _ encoding) error {
		*into = parseEpoch(raw)
		return nil
	}
}

func integer(into *int64) decoder {
	return func(raw []byte, _ encoding) (err error) {
		*into, err = parseWhole(raw)
		return err
	}
}

// parseWhole parses a number from a column of any numeric type, without what is behind its point.
func parseWhole(raw []byte) (int64, error) {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err == nil {
		return n, nil
	}
	d, err := model.ParseNumber(string(raw))
	if err != nil {
		return 0, err
	}
	whole := d.Truncate(0).BigInt()
	if !whole.IsInt64() {
		return 0, fmt.Errorf("%q is out of range", raw)
	}
	return whole.Int64(), nil
}
