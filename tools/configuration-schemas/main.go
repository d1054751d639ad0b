// Writes the JSON schemas of Kubernetes' configuration files from the Go types that read them, in the
// form of the schemas that kubernetes-validate ships: {"$defs": {name: schema}}.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apiserver "k8s.io/apiserver/pkg/apis/apiserver/v1"
	audit "k8s.io/apiserver/pkg/apis/audit/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"
)

type object = map[string]any

var definitions = object{}

func main() {
	add(kubelet.SchemeGroupVersion, kubelet.KubeletConfiguration{})
	add(apiserver.SchemeGroupVersion, apiserver.AuthenticationConfiguration{})
	add(apiserver.SchemeGroupVersion, apiserver.AuthorizationConfiguration{})
	add(apiserver.SchemeGroupVersion, apiserver.AdmissionConfiguration{})
	add(apiserver.SchemeGroupVersion, apiserver.EncryptionConfiguration{})
	add(audit.SchemeGroupVersion, audit.Policy{})
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(object{"$defs": definitions}); err != nil {
		panic(err)
	}
}

// add defines a kind that stands at the root of a file.
func add(version schema.GroupVersion, kind any) {
	t := reflect.TypeOf(kind)
	reference(t)
	definitions[name(t)].(object)["x-kubernetes-group-version-kind"] =
		[]object{{"group": version.Group, "version": version.Version, "kind": t.Name()}}
}

func name(t reflect.Type) string {
	return strings.ReplaceAll(t.PkgPath(), "/", ".") + "." + t.Name()
}

func reference(t reflect.Type) object {
	if _, known := definitions[name(t)]; !known {
		definition := object{"type": []string{"object", "null"}, "additionalProperties": false}
		definitions[name(t)] = definition
		properties := object{}
		fields(t, properties)
		definition["properties"] = properties
	}
	return object{"$ref": "#/$defs/" + name(t)}
}

func fields(t reflect.Type, into object) {
	for field := range t.Fields() {
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case strings.Contains(options, "inline") || field.Anonymous && key == "":
			fields(field.Type, into)
		case key != "-" && field.IsExported():
			if key == "" {
				key = field.Name
			}
			into[key] = of(field.Type)
		}
	}
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func of(t reflect.Type) object {
	switch {
	case t.Kind() == reflect.Pointer:
		return of(t.Elem())
	case t == reflect.TypeFor[metav1.Duration]():
		return object{"type": []string{"string", "null"}}
	case t == reflect.TypeFor[resource.Quantity]():
		return object{"oneOf": []object{{"type": "string"}, {"type": "number"}}}
	case reflect.PointerTo(t).Implements(unmarshaler):
		return object{} // reads what it likes
	}
	switch t.Kind() {
	case reflect.Struct:
		return reference(t)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": []string{"string", "null"}}
		}
		return object{"type": []string{"array", "null"}, "items": of(t.Elem())}
	case reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": of(t.Elem())}
	case reflect.Bool:
		return object{"type": []string{"boolean", "null"}}
	case reflect.Float32, reflect.Float64:
		return object{"type": []string{"number", "null"}}
	case reflect.String:
		return object{"type": []string{"string", "null"}}
	default:
		return object{"type": []string{"integer", "null"}}
	}
}
