package model

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSON returns a value as JSON for a database. What encoding/json escapes without need is written as it is: a database
// whose encoding is not UTF-8 accepts no escapes beyond ASCII.
func JSON(value any) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return unescapeJSON.Replace(strings.TrimSuffix(b.String(), "\n")), err
}

var unescapeJSON = strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029")
