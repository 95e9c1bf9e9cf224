package oracle

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoder turns a value as it came from a database into proper text.
type decoder func(string) string

// decoderFor picks the decoder for a database's encoding.
func decoderFor(serverEncoding string) decoder {
	switch serverEncoding {
	case "SQL_ASCII":
		return decodeASCII
	case "LATIN1":
		return decodeLatin1
	default:
		return func(s string) string { return s }
	}
}

// decodeASCII is for a database that keeps bytes as they came: valid UTF-8 stays, anything else is Windows-1252.
func decodeASCII(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		out.WriteRune(charmap.Windows1252.DecodeByte(s[i]))
	}
	return out.String()
}

// decodeLatin1 is for a LATIN1 database read under UTF8: the control characters U+0080 to U+009F become what
// Windows-1252 means by those bytes.
func decodeLatin1(s string) string {
	var out strings.Builder
	for _, r := range s {
		if r >= 0x80 && r <= 0x9f {
			r = charmap.Windows1252.DecodeByte(byte(r))
		}
		out.WriteRune(r)
	}
	return out.String()
}

// clean trims white space at both ends; an empty text becomes NULL.
func clean(t Text) Text {
	s := strings.TrimSpace(t.String)
	if !t.Valid || s == "" {
		return Text{}
	}
	return Text{String: s, Valid: true}
}
