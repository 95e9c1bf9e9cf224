package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// File is a config file: options of every store, and of single stores by name. Many runs may share it.
type File struct {
	Path    string
	general layer
	// stores are the named ones; where there are any, no other store is known.
	stores map[string]layer
}

// Stores returns the names of the stores, sorted.
func (f *File) Stores() []string { return slices.Sorted(maps.Keys(f.stores)) }

// HasGeneral reports whether the file gives an option for every store.
func (f *File) HasGeneral(flag string) bool {
	g, ok := f.general[flag].(given)
	return ok && g.Text != ""
}

// section returns a store's own options, or a SetupError if the file lists stores without this one.
func (f *File) section(store string) (layer, error) {
	own, known := f.stores[store]
	if !known && len(f.stores) > 0 {
		return nil, &sync.SetupError{
			Problem:  fmt.Sprintf("config %s knows no store %q", f.Path, store),
			HintText: "name one of its stores with --store, or take all with --all-stores: " + strings.Join(f.Stores(), ", "),
		}
	}
	return own, nil
}

// Settings returns all settings of one store, as commands without flags see them; an empty name is for the store that the file itself names.
func (f *File) Settings(store string) (*Config, error) {
	c, flags := new(Config), pflag.NewFlagSet("", pflag.ContinueOnError)
	c.addAll(flags)
	err := flags.Set(FlagAllStores, "false")
	if store != "" {
		err = errors.Join(err, flags.Set(FlagStore, store))
	}
	if err != nil {
		return nil, err
	}
	return c, Load(flags, func(string) (*File, error) { return f, nil })
}

// ReadFile reads a config file of at most 4 MiB. The flags that are meant for one run are refused in it, other unknown keys too: a misspelled
// option that is silently ignored is found when it is too late. Errors are SetupErrors that name line and column.
func ReadFile(path string, oneRun []string) (*File, error) {
	raw, err := readFile(path)
	if err != nil {
		return nil, &sync.SetupError{
			Problem: fmt.Sprintf("read config: %v", err), HintText: "name a readable YAML file with --config",
		}
	}
	return parse(path, raw, oneRun)
}

func parse(path string, raw []byte, oneRun []string) (*File, error) {
	r := &reader{path: path, oneRun: oneRun}
	root, err := r.document(raw)
	if err != nil {
		return nil, err
	}
	general, stores, err := r.layer(root, false)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, general: general, stores: make(map[string]layer)}
	named, err := r.mapping(&stores)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		section := named[name]
		if !storeNames.MatchString(name) {
			return nil, r.fail(keyNode(&stores, name, &section), fmt.Sprintf("stores: %q: must be %s", name, storeName.must), "rename the store")
		}
		if f.stores[name], _, err = r.layer(&section, true); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// reader turns the nodes of a YAML file into layers.
type reader struct {
	path   string
	oneRun []string
}

const hintExample = "see `blackbirdctl config example`"

// fail returns an error about a node.
func (r *reader) fail(n *yaml.Node, problem, hint string) error {
	return &sync.SetupError{Problem: fmt.Sprintf("%s:%d:%d: %s", r.path, n.Line, n.Column, problem), HintText: hint}
}

// document reads the one document that a file holds. Decoding it as a whole finds duplicate keys, and aliases that make the file endless.
func (r *reader) document(raw []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	var root, next yaml.Node
	err := decoder.Decode(&root)
	if errors.Is(err, io.EOF) {
		return &root, nil
	}
	if err == nil {
		err = root.Decode(new(any))
	}
	if err == nil {
		err = decoder.Decode(&next)
	}
	switch {
	case err == nil:
		return nil, r.fail(&next, "a second document begins here", "keep one document in the file")
	case !errors.Is(err, io.EOF):
		return nil, r.syntax(raw, err)
	}
	return root.Content[0], nil
}

var syntaxError = regexp.MustCompile(`^yaml: (?:unmarshal errors:\n  )?(?:line (\d+): )?(.*)`)

// syntax returns the error of a file that is no YAML. The decoder names only the line; the column is where the line's text begins.
func (r *reader) syntax(raw []byte, err error) error {
	at, problem := &yaml.Node{Line: 1, Column: 1}, "cannot be read as YAML"
	// What the decoder says of a value's type may quote the value, which may be a password.
	if found := syntaxError.FindStringSubmatch(err.Error()); found != nil && !strings.Contains(found[2], "`") {
		problem = found[2]
		if n, err := strconv.Atoi(found[1]); err == nil {
			lines := bytes.Split(raw, []byte("\n"))
			line := lines[min(n, len(lines))-1]
			at.Line, at.Column = n, 1+len(line)-len(bytes.TrimLeft(line, " "))
		}
	}
	return r.fail(at, problem, "correct the file's YAML: keys and their values, and stores below the key stores")
}

// mapping returns the values of a mapping by key, those that << merges into it too; none for null.
func (r *reader) mapping(n *yaml.Node) (values map[string]yaml.Node, err error) {
	if n.Decode(&values) != nil {
		return nil, r.fail(n, "must hold keys and values", hintExample)
	}
	return values, nil
}

// keyNode returns the node of a mapping's key; that of its value, if the key was merged into the mapping.
func keyNode(mapping *yaml.Node, key string, value *yaml.Node) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i]
		}
	}
	return value
}

// layer reads the options of one store, or those of every store with the node of the stores.
func (r *reader) layer(n *yaml.Node, ofStore bool) (found layer, stores yaml.Node, err error) {
	options, err := r.mapping(n)
	if err != nil {
		return nil, stores, err
	}
	found = make(layer)
	for _, name := range slices.Sorted(maps.Keys(options)) {
		value := options[name]
		flag := strings.ReplaceAll(name, "_", "-")
		known, ok := keys()[name]
		switch {
		case name == keyStores && !ofStore:
			stores = value
			continue
		case slices.Contains(r.oneRun, flag):
			return nil, stores, r.fail(keyNode(n, name, &value),
				fmt.Sprintf("%s: --%s is meant for one run, and cannot be given in the config file", name, flag),
				fmt.Sprintf("remove it, and give it as --%s on the command line", flag))
		case !ok || ofStore && name == FlagStore:
			return nil, stores, r.fail(keyNode(n, name, &value), fmt.Sprintf("unknown key %q", name),
				"known keys are "+strings.Join(slices.Sorted(maps.Keys(keys())), ", "))
		}
		read, err := r.value(&value, name, known.shape)
		if err != nil {
			return nil, stores, err
		}
		g := given{Where: fmt.Sprintf("%s:%d:%d: %s", r.path, value.Line, value.Column, name), Kept: known.kept}
		if word, ok := read.(string); ok {
			g.Text = word
		} else if read != nil {
			text, err := json.Marshal(read)
			if err != nil {
				return nil, stores, err
			}
			g.Text = string(text)
		}
		// Of several ways to give a secret the plainest counts.
		before, ok := found[known.flag.Name].(given)
		if !ok || g.Text != "" && (before.Text == "" || g.Kept < before.Kept) {
			found[known.flag.Name] = g
		}
	}
	return found, stores, nil
}

// value returns a node as JSON takes it, words as they are written and null as nil. The path is that of the keys around it.
func (r *reader) value(n *yaml.Node, path string, shape *jsonschema.Schema) (any, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n.ShortTag() == "!!null":
		return nil, nil
	case n.Kind == yaml.ScalarNode:
		if value, ok := scalar(n.Value, shape); ok {
			return value, nil
		}
	case n.Kind == yaml.SequenceNode && allows(shape, "array"):
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			var err error
			if list[i], err = r.value(item, path, shape.Items); err != nil {
				return nil, err
			}
		}
		return list, nil
	case n.Kind == yaml.MappingNode && allows(shape, "object"):
		values, err := r.mapping(n)
		if err != nil {
			return nil, err
		}
		table := make(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(values)) {
			value, below := values[key], shape.AdditionalProperties
			if shape.Properties != nil {
				below = shape.Properties[key]
			}
			if below == nil {
				return nil, r.fail(keyNode(n, key, &value), fmt.Sprintf("%s: unknown key %q", path, key),
					"known keys are "+strings.Join(slices.Sorted(maps.Keys(shape.Properties)), ", "))
			}
			if table[key], err = r.value(&value, path+"."+key, below); err != nil {
				return nil, err
			}
		}
		return table, nil
	}
	types := slices.DeleteFunc(append(slices.Clone(shape.Types), shape.Type), func(kind string) bool { return kind == "" || kind == "null" })
	return nil, r.fail(n, path+": must be of type "+strings.Join(types, " or "), hintExample)
}

// scalar returns a word as JSON takes it.
func scalar(word string, shape *jsonschema.Schema) (value any, ok bool) {
	switch {
	case allows(shape, "string"):
		return word, true
	case allows(shape, "integer"):
		number, err := strconv.ParseInt(word, 10, 64)
		return number, err == nil
	case allows(shape, "boolean"):
		on := strings.EqualFold(word, "true")
		return on, on || strings.EqualFold(word, "false")
	}
	return nil, false
}
