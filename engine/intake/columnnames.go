package intake

import "strings"

// called gives columns the names that councils' own files have for them, in words
// with commas between. What a column by such a name is read as is said.
func called[T any](columns []column[T], names map[string]string) []column[T] {
	for i := range columns {
		if others, ok := names[columns[i].name]; ok {
			columns[i].also = append(columns[i].also, strings.Split(others, ", ")...)
		}
	}
	return columns
}

// homeNames leave out what could be two things: "places" is the approved number,
// but "capacity" may be beds.
func homeNames() map[string]string {
	return map[string]string{
		"id":                   "home id, home ref, home reference, carer id, carer ref, carer reference",
		"kind":                 "type of home, home type, kind of home",
		"urn":                  "ofsted urn",
		"provider":             "provider name, agency",
		"authority":            "local authority, area authority",
		"lat":                  "latitude",
		"lng":                  "longitude, lon, long",
		"beds":                 "number of beds, no of beds",
		"places":               "approved places, number of places, no of places",
		"age_min":              "min age, minimum age, age from, from age, lowest age, youngest, youngest age",
		"age_max":              "max age, maximum age, age to, to age, highest age, oldest, oldest age",
		"sexes":                "sex, gender, genders",
		"smoking":              "smoker, smokers",
		"registered_from":      "approved from, approved on, date approved, approval date",
		"registered_until":     "approved until, approved to, approval ends, approval expires",
		"closed_dates":         "closed",
		"weekly_cost":          "cost per week, weekly fee",
		"vacancy_confirmed_on": "vacancy confirmed, confirmed on",
	}
}

func childNames() map[string]string {
	return map[string]string{
		"id":              "child id, child ref, child reference",
		"dob":             "date of birth, birth date, d.o.b, d.o.b.",
		"sex":             "gender",
		authorityColumn:   "local authority, responsible authority, placing authority",
		"group":           "sibling group",
		"school":          "school name, school urn",
		"no_contact":      "no contact with",
		"legal_status":    "legal",
		"faith":           "religion",
		"risks_to_child":  "risk to child",
		"risks_to_others": "risk to others",
	}
}

func placementNames() map[string]string {
	return map[string]string{
		"id":    "placement id, placement ref",
		"child": "child id, child ref",
		"home":  "home id, home ref",
		"start": "start date, started, placed on",
		"end":   "end date, ended, ended on",
	}
}
