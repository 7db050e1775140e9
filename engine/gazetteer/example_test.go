package gazetteer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/stablehomes/stablehomes/engine/gazetteer"
)

func ExampleFindAuthority() {
	a, ok := gazetteer.FindAuthority("Hull City Council")
	fmt.Println(a.GSS, a.Name, ok)
	_, ok = gazetteer.FindAuthority("Cumbria")
	fmt.Println(ok)
	// Output:
	// E06000010 Kingston upon Hull, City of true
	// false
}

func ExampleAdjoin() {
	newcastle, gateshead, sunderland := "E08000021", "E08000037", "E08000024"
	fmt.Println(gazetteer.Adjoin(newcastle, gateshead), gazetteer.Adjoin(newcastle, sunderland))
	// Output: true false
}

func ExampleParsePostcode() {
	p, err := gazetteer.ParsePostcode("ls62ab")
	fmt.Println(p, p.Sector(), err)
	_, err = gazetteer.ParsePostcode("Leeds")
	fmt.Println(err)
	// Output:
	// LS6 2AB LS6 2 <nil>
	// not a postcode: "Leeds"; write it like LS6 2AB
}

func Example() {
	source := strings.NewReader(`pcd,oseast1m,osnrth1m,laua
LS6 2AB,428500,435500,E08000035
CB1 2AB,546000,257800,E07000008
BT1 1AA,333500,374500,N09000003
`)
	listing, sum, err := gazetteer.Build(context.Background(), source, gazetteer.BuildOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "gazetteer")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "postcodes")
	if err := listing.WriteFile(path); err != nil {
		fmt.Println(err)
		return
	}
	directory, err := gazetteer.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer directory.Close()

	var places []gazetteer.Place
	for _, written := range []string{"LS6 2AB", "cb12ab"} {
		p, err := gazetteer.ParsePostcode(written)
		if err != nil {
			fmt.Println(err)
			return
		}
		place, err := directory.Lookup(p)
		if err != nil {
			fmt.Println(err)
			return
		}
		a, _ := gazetteer.AuthorityOf(place.Authority)
		fmt.Println(p, a.Name)
		places = append(places, place)
	}
	fmt.Printf("%.1f miles apart; %d row in Northern Ireland\n", gazetteer.Miles(places[0].Point, places[1].Point), sum.NorthernIrish)
	// Output:
	// LS6 2AB Leeds
	// CB1 2AB Cambridgeshire
	// 132.2 miles apart; 1 row in Northern Ireland
}
