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
	"go.yaml.in/yaml/v3"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/files"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// File is a config file: options of every store, and of single stores by name. Many runs may share it.
type File struct {
	Path    string
	general layer
	// stores are the named ones; where there are any, no other store is known.
	stores map[string]layer
	// written are their names in the order of the file.
	written []string
}

// Stores returns the names of the stores, sorted.
func (f *File) Stores() []string { return slices.Sorted(maps.Keys(f.stores)) }

// Written returns the names of the stores in the order of the file.
func (f *File) Written() []string { return f.written }

// HasGeneral reports whether the file gives an option for every store.
func (f *File) HasGeneral(flag string) bool {
	g, ok := f.general[flag].(given)
	return ok && g.Text != ""
}

// section returns a store's own options, or a SetupError if the file lists stores without this one.
func (f *File) section(store string) (layer, error) {
	own, known := f.stores[store]
	if !known && len(f.stores) > 0 {
		return nil, &sync.SetupError{Problem: fmt.Sprintf("config %s knows no store %q", f.Path, store),
			HintText: "name one of its stores with --store, or take all with --all-stores: " +
				strings.Join(f.Stores(), ", ")}
	}
	return own, nil
}

// Settings returns all settings of one store, as commands without flags see them; an empty name is for the store that
// the file itself names.
func (f *File) Settings(store string) (*Config, error) {
	c := New()
	err := c.flags.Set(FlagAllStores, "false")
	if store != "" {
		err = errors.Join(err, c.flags.Set(FlagStore, store))
	}
	if err != nil {
		return nil, err
	}
	return c, Load(c.flags, func(string) (*File, error) { return f, nil })
}

// ReadFile reads a config file of at most 4 MiB. The flags that are meant for one run are refused in it, other
// unknown keys too: a misspelled option that is silently ignored is found when it is too late. Errors are SetupErrors
// that name line and column.
func ReadFile(path string, oneRun []string) (*File, error) {
	raw, err := files.Read(path)
	if err != nil {
		return nil, &sync.SetupError{
			Problem: fmt.Sprintf("read config: %v", err), HintText: "name a readable YAML file with --config",
		}
	}
	return parse(path, raw, oneRun)
}

func parse(path string, raw []byte, oneRun []string) (*File, error) {
	r := &reader{path, raw, oneRun}
	root, err := r.document()
	if err != nil {
		return nil, err
	}
	general, stores, err := r.layer(root, false)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, general: general, stores: make(map[string]layer)}
	named, err := r.mapping(stores)
	if err != nil {
		return nil, err
	}
	for _, store := range named {
		name := store.key.Value
		if !storeNames.MatchString(name) {
			return nil, r.fail(store.key, fmt.Sprintf("stores: %q: must be %s", name, StoreNameKind.must),
				"rename the store")
		}
		f.written = append(f.written, name)
		if f.stores[name], _, err = r.layer(store.value, true); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// reader turns the nodes of a YAML file into layers.
type reader struct {
	path   string
	raw    []byte
	oneRun []string
}

const hintExample = "see `blackbirdctl config example`"

// fail returns an error about a node.
func (r *reader) fail(n *yaml.Node, problem, hint string) error {
	return &sync.SetupError{Problem: fmt.Sprintf("%s:%d:%d: %s", r.path, n.Line, n.Column, problem), HintText: hint}
}

// unknown returns the error of a key that is not known; where says in what mapping.
func (r *reader) unknown(key *yaml.Node, where string, known []string) error {
	return r.fail(key, fmt.Sprintf("%sunknown key %q", where, key.Value),
		output.DidYouMean(key.Value, known)+"known keys are "+strings.Join(known, ", "))
}

// document reads the one document that a file holds.
func (r *reader) document() (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(r.raw))
	var root, next yaml.Node
	err := decoder.Decode(&root)
	if errors.Is(err, io.EOF) {
		return &root, nil
	}
	if err == nil && bytes.ContainsRune(r.raw, '*') {
		// The decoder finds aliases that would make the file endless.
		err = root.Decode(new(any))
	}
	if err == nil {
		err = decoder.Decode(&next)
	}
	switch {
	case err == nil:
		return nil, r.fail(&next, "a second document begins here", "keep one document in the file")
	case !errors.Is(err, io.EOF):
		return nil, r.syntax(err)
	}
	return root.Content[0], nil
}

var syntaxError = regexp.MustCompile(`^yaml: (?:unmarshal errors:\n  )?(?:line (\d+): )?(.*)`)

// syntax returns the error of a file that is no YAML. The decoder names only the line; the column is where the line's
// text begins.
func (r *reader) syntax(err error) error {
	at, problem := &yaml.Node{Line: 1, Column: 1}, "cannot be read as YAML"
	// What the decoder says of a value's type may quote the value, which may be a password.
	if found := syntaxError.FindStringSubmatch(err.Error()); found != nil && !strings.Contains(found[2], "`") {
		problem = found[2]
		if n, err := strconv.Atoi(found[1]); err == nil {
			lines := bytes.Split(r.raw, []byte("\n"))
			line := lines[min(n, len(lines))-1]
			at.Line, at.Column = n, 1+len(line)-len(bytes.TrimLeft(line, " "))
		}
	}
	return r.fail(at, problem, "correct the file's YAML: keys and their values, and stores below the key stores")
}

// entry is a key of a mapping with its value.
type entry struct{ key, value *yaml.Node }

// mapping returns the entries of a mapping in their order, those that << merges into it last; none for null.
func (r *reader) mapping(n *yaml.Node) (entries []entry, err error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if isNull(n) {
		return nil, nil
	}
	if n.Kind != yaml.MappingNode {
		return nil, r.fail(n, "must hold keys and values", hintExample)
	}
	lines := make(map[string]int, len(n.Content)/2)
	var bases []*yaml.Node
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			return nil, r.fail(key, "a key must be one word", hintExample)
		case key.ShortTag() == "!!merge" && value.Kind == yaml.SequenceNode:
			bases = append(bases, value.Content...)
		case key.ShortTag() == "!!merge":
			bases = append(bases, value)
		case lines[key.Value] > 0:
			return nil, r.fail(key, fmt.Sprintf("key %q is given twice, first on line %d", key.Value, lines[key.Value]),
				"remove one of them")
		default:
			lines[key.Value] = key.Line
			entries = append(entries, entry{key, value})
		}
	}
	for _, base := range bases {
		merged, err := r.mapping(base)
		if err != nil {
			return nil, err
		}
		for _, e := range merged {
			if lines[e.key.Value] == 0 {
				lines[e.key.Value] = e.key.Line
				entries = append(entries, e)
			}
		}
	}
	return entries, nil
}

// isNull reports whether a node is null, or the file holds nothing.
func isNull(n *yaml.Node) bool { return n.IsZero() || n.ShortTag() == "!!null" }

// layer reads the options of one store, or those of every store with the node of the stores.
func (r *reader) layer(n *yaml.Node, ofStore bool) (found layer, stores *yaml.Node, err error) {
	options, err := r.mapping(n)
	found, stores = make(layer, len(options)), &yaml.Node{}
	for _, o := range options {
		name, value := o.key.Value, o.value
		flag := strings.ReplaceAll(name, "_", "-")
		known, ok := keys()[name]
		switch {
		case name == keyStores && !ofStore:
			stores = value
			continue
		case slices.Contains(r.oneRun, flag):
			return nil, stores, r.fail(o.key,
				fmt.Sprintf("%s: --%s is meant for one run, and cannot be given in the config file", name, flag),
				fmt.Sprintf("remove it, and give it as --%s on the command line", flag))
		case !ok || ofStore && name == FlagStore:
			return nil, stores, r.unknown(o.key, "", slices.Sorted(maps.Keys(keys())))
		}
		read, err := r.value(value, name, known.shape)
		if err != nil {
			return nil, stores, err
		}
		g := given{Where: r.path, Line: value.Line, Column: value.Column, Kept: known.kept}
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
	return found, stores, err
}

// value returns a node as JSON takes it, words as they are written and null as nil. The path is that of the keys
// around it.
func (r *reader) value(n *yaml.Node, path string, shape *jsonschema.Schema) (any, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case isNull(n):
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
		entries, err := r.mapping(n)
		if err != nil {
			return nil, err
		}
		table := make(map[string]any)
		for _, e := range entries {
			key, below := e.key.Value, shape.AdditionalProperties
			if shape.Properties != nil {
				below = shape.Properties[key]
			}
			if below == nil {
				return nil, r.unknown(e.key, path+": ", slices.Sorted(maps.Keys(shape.Properties)))
			}
			if table[key], err = r.value(e.value, path+"."+key, below); err != nil {
				return nil, err
			}
		}
		return table, nil
	}
	types := slices.DeleteFunc(append(slices.Clone(shape.Types), shape.Type), func(kind string) bool {
		return kind == "" || kind == "null"
	})
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
