package menupage

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSort: by category, those without one last, and by name, with numbers by their values.
func TestSort(t *testing.T) {
	products := []Product{
		{ID: 1, Name: "Zebra"}, {ID: 2, Name: "gum 10", Category: "Edibles"},
		{ID: 3, Name: "Gum 2 (5 g)", Category: "Edibles"}, {ID: 4, Name: "Gum 2 (05 g) b", Category: "Edibles"},
		{ID: 5, Name: "Ash", Category: "Flower"}, {ID: 6, Name: "apple"},
		{ID: 7, Name: "Gum", Category: "Edibles"}, {ID: 8, Name: "12", Category: "Edibles"},
		{ID: 9, Category: "Edibles"},
	}
	Sort(products)
	var ids []int64
	var categories []string
	for _, c := range (Menu{Products: products}).Categories() {
		categories = append(categories, c.Name)
		for _, p := range c.Products {
			ids = append(ids, p.ID)
		}
	}
	if diff := cmp.Diff([]int64{9, 8, 7, 3, 4, 2, 5, 6, 1}, ids); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Edibles", "Flower", ""}, categories); diff != "" {
		t.Error(diff)
	}
}

func TestFor(t *testing.T) {
	for _, tt := range []struct{ unit, quantity, want string }{
		{"each", "1", "each"}, {"each", "10", "for 10"}, {"g", "1", "for 1 gram"}, {"g", "3.5", "for 3.5 grams"},
	} {
		if got := (Product{Unit: tt.unit}).For(tt.quantity); got != tt.want {
			t.Errorf("%s %s is %q, want %q", tt.quantity, tt.unit, got, tt.want)
		}
	}
}
