package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// config is what a config file says: options for every store, and for some stores by name.
type config struct {
	path   string
	values map[string]string
	// stores are the named ones; where there are any, no other store is known.
	stores map[string]map[string]string
}

// of returns what the file says of one store: its own options, and those of every store that it does not have itself.
func (c *config) of(store string) (map[string]string, error) {
	if len(c.stores) == 0 {
		return c.values, nil
	}
	own, known := c.stores[store]
	if !known {
		return nil, &sync.SetupError{
			Problem:  fmt.Sprintf("config %s knows no store %q", c.path, store),
			HintText: "name one of its stores with --store, or take all with --all-stores: " + strings.Join(c.names(), ", "),
		}
	}
	values := maps.Clone(c.values)
	for key, text := range own {
		// What may be secret is given in one of three ways; the store's own way stands in for any other.
		for _, other := range siblings(key) {
			delete(values, other)
		}
		values[key] = text
	}
	return values, nil
}

func (c *config) names() []string { return slices.Sorted(maps.Keys(c.stores)) }

// The suffixes of a URL's key that say where it is kept.
const (
	keyFileSuffix     = "_file"
	keyVariableSuffix = "_env"
)

// siblings are the keys that give the same URL in another way.
func siblings(key string) []string {
	for _, flag := range []string{flagBiotrackURL, flagBlackbirdURL, flagPushgateway, flagPingURL} {
		if keys := secretKeys(flag); slices.Contains(keys, key) {
			return keys
		}
	}
	return nil
}

// secretKeys are the keys that give an option which may hold a secret.
func secretKeys(flag string) []string {
	return []string{snake(flag), snake(flag) + keyFileSuffix, snake(flag) + keyVariableSuffix}
}

// secretText finds such an option as the file gives it: outright, in another file, or in a variable.
func secretText(values map[string]string, flag string) (text, key string, err error) {
	keys := secretKeys(flag)
	switch {
	case values[keys[0]] != "":
		return values[keys[0]], keys[0], nil
	case values[keys[1]] != "":
		text, err = readURLFile(values[keys[1]])
		return text, keys[1], err
	case values[keys[2]] != "":
		if text = os.Getenv(values[keys[2]]); text == "" {
			err = fmt.Errorf("the variable %s is not set", values[keys[2]])
		}
		return text, keys[2], err
	}
	return "", keys[0], nil
}

// keyStores is where a config file lists its stores.
const keyStores = "stores"

// readConfig reads a config file into texts as flags take them. An unknown key is an error: a misspelled option that is silently
// ignored is found when it is too late.
func readConfig(path string, known []string) (*config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, &sync.SetupError{Problem: fmt.Sprintf("read config: %v", err), HintText: "name a readable YAML file with --config"}
	}
	return parseConfig(path, raw, known)
}

// configError is a fault of a config file.
func configError(path, problem, remedy string) error {
	return &sync.SetupError{Problem: fmt.Sprintf("read config %s: %s", path, problem), HintText: remedy}
}

func parseConfig(path string, raw []byte, known []string) (c *config, err error) {
	document, err := decodeYAML(raw)
	if err != nil {
		return nil, configError(path, err.Error(), "correct the file's YAML: keys and their values, and stores below the key stores")
	}
	c = &config{path: path}
	stores := document[keyStores]
	delete(document, keyStores)
	if c.values, err = texts(path, document, known); err != nil || stores == nil {
		return c, err
	}
	named, ok := stores.(map[string]any)
	if !ok {
		return nil, configError(path, "stores: must hold each store's options below its name", "see `blackbirdctl config example`")
	}
	return c, c.addStores(named, known)
}

// addStores reads the options of each store.
func (c *config) addStores(named map[string]any, known []string) error {
	c.stores = make(map[string]map[string]string)
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if err := new(storeName).Set(name); err != nil {
			return configError(c.path, fmt.Sprintf("stores: %q: %v", name, err), "name the store otherwise")
		}
		options, ok := named[name].(map[string]any)
		if !ok && named[name] != nil {
			return configError(c.path, "stores: "+name+": must hold options", "see `blackbirdctl config example`")
		}
		values, err := texts(c.path, options, slices.DeleteFunc(slices.Clone(known), func(key string) bool { return key == flagStore }))
		if err != nil {
			return err
		}
		c.stores[name] = values
	}
	return nil
}

// decodeYAML reads the one document that a file holds. The decoder's own words may quote what stands in the file, which may be a password.
func decodeYAML(raw []byte) (document map[string]any, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	err = decoder.Decode(&document)
	var mistyped *yaml.TypeError
	switch {
	case errors.Is(err, io.EOF):
		return map[string]any{}, nil
	case errors.As(err, &mistyped):
		return nil, errors.New("not keys and their values, or a key twice")
	case err != nil:
		return nil, err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	return document, nil
}

// texts are options as flags take them.
func texts(path string, options map[string]any, known []string) (values map[string]string, err error) {
	values = make(map[string]string, len(options))
	for key, value := range options {
		if !slices.Contains(known, key) {
			return nil, configError(path, fmt.Sprintf("unknown key %q", key), "known keys are "+strings.Join(known, ", "))
		}
		text := flagText
		if key == flagLoyalty {
			text = jsonText
		}
		if values[key], err = text(value); err != nil {
			return nil, configError(path, fmt.Sprintf("%s: %v", key, err), "correct the value")
		}
	}
	return values, nil
}

// jsonText writes a YAML value as JSON. A date is the day that it names.
func jsonText(value any) (string, error) {
	text, err := json.Marshal(plainDates(value))
	return string(text), err
}

// dateText is what a person wrote whom YAML took for one who names a moment.
func dateText(at time.Time) string {
	if at.Equal(at.Truncate(24 * time.Hour)) {
		return at.Format(dateFormat)
	}
	return at.Format(time.RFC3339)
}

func plainDates(value any) any {
	switch v := value.(type) {
	case time.Time:
		return dateText(v)
	case []any:
		for i := range v {
			v[i] = plainDates(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = plainDates(v[key])
		}
	}
	return value
}

// flagText writes a YAML value as a flag would take it.
func flagText(value any) (string, error) {
	var parts []string
	switch v := value.(type) {
	case nil:
		return "", nil
	case []any:
		for _, item := range v {
			text, err := flagText(item)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, ","), nil
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text, err := flagText(v[key])
			if err != nil {
				return "", err
			}
			parts = append(parts, key+"="+text)
		}
		return strings.Join(parts, ","), nil
	case map[any]any:
		return "", errors.New("has keys that are no words")
	case time.Time:
		return dateText(v), nil
	}
	return fmt.Sprint(value), nil
}
