package biotrack

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// textDecoder turns a text value as the server sent it into valid UTF-8. It returns its argument where that is UTF-8
// already.
type textDecoder func([]byte) []byte

// decoderFor returns the decoder for a database's encoding.
//
// SQL_ASCII databases hand out bytes as some till wrote them: valid UTF-8 is believed, anything else is what Windows
// wrote. LATIN1 databases are converted by the server, which turns the typographic quotes and dashes of Windows-1252
// into control characters.
func decoderFor(encoding string) textDecoder {
	switch encoding {
	case "SQL_ASCII":
		return decodeUnknown
	case "LATIN1":
		return decodeLatin1
	}
	return func(b []byte) []byte { return b }
}

func decodeUnknown(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	return decodeWindows1252(b)
}

// decodeWindows1252 never fails: the five bytes that Windows-1252 leaves open become U+FFFD.
func decodeWindows1252(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/2)
	for _, c := range b {
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(c))
	}
	return out
}

// decodeLatin1 reads the control characters U+0080 to U+009F, which no name holds, as the Windows-1252 bytes they were.
func decodeLatin1(b []byte) []byte {
	if !bytes.ContainsFunc(b, isC1) {
		return b
	}
	return bytes.Map(func(r rune) rune {
		if isC1(r) {
			return charmap.Windows1252.DecodeByte(byte(r))
		}
		return r
	}, b)
}

func isC1(r rune) bool { return r >= 0x80 && r <= 0x9f }

// textEncoder gives the texts that the source may hold for a decoded one: what the decoder may have made it of.
type textEncoder func(string) []string

func encoderFor(encoding string) textEncoder {
	switch encoding {
	case "SQL_ASCII":
		return encodeUnknown
	case "LATIN1":
		return encodeLatin1
	}
	return func(text string) []string { return []string{text} }
}

// encodeUnknown gives the text as UTF-8 and as Windows-1252 bytes, where that has all its letters.
func encodeUnknown(text string) []string {
	spellings := []string{text}
	if encoded, err := charmap.Windows1252.NewEncoder().String(text); err == nil && encoded != text {
		spellings = append(spellings, encoded)
	}
	return spellings
}

// encodeLatin1 turns the letters that only Windows-1252 has back into the control characters that the server makes of
// them.
func encodeLatin1(text string) []string {
	return []string{strings.Map(func(r rune) rune {
		if b, ok := charmap.Windows1252.EncodeRune(r); ok && isC1(rune(b)) {
			return rune(b)
		}
		return r
	}, text)}
}

// keySpace is what may surround a key: char(n) columns pad with blanks, and hand-made imports leave the rest. The SQL
// trims the same characters, so that both sides mean the same key.
const keySpace = " \t\n\v\f\r"

// text decodes and trims a value; nil means there is none.
func (d textDecoder) text(raw []byte) []byte {
	return emptyToNil(bytes.TrimSpace(d(raw)))
}

// key decodes and trims a key; nil means there is none.
func (d textDecoder) key(raw []byte) []byte {
	return emptyToNil(bytes.Trim(d(raw), keySpace))
}

func emptyToNil(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// lower returns the text in lower case; most are as they come, and not copied.
func lower(text []byte) []byte {
	for _, c := range text {
		if c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return emptyToNil(bytes.ToLower(text))
		}
	}
	return emptyToNil(text)
}

// cell is one value of a row as the server sent it, nil for NULL.
type cell struct {
	raw    []byte
	decode textDecoder
}

func (c cell) text(into *[]byte) error {
	*into = c.decode.text(c.raw)
	return nil
}

func (c cell) lower(into *[]byte) error {
	*into = lower(c.decode.text(c.raw))
	return nil
}

func (c cell) key(into *[]byte) error {
	*into = c.decode.key(c.raw)
	return nil
}

// flag reads a smallint. Anything but 0 is set.
func (c cell) flag(into *bool) error {
	*into = len(c.raw) != 1 || c.raw[0] != '0'
	return nil
}

func (c cell) amount(into *Amount) error {
	*into = ParseAmount(c.raw)
	return nil
}

func (c cell) epoch(into *Epoch) error {
	*into = parseEpoch(c.raw)
	return nil
}

func (c cell) integer(into *int64) (err error) {
	*into, err = strconv.ParseInt(string(c.raw), 10, 64)
	return err
}
