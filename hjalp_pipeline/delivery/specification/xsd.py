"""The XML schema of a version of the layout; for version 1 the ``leverance-1.xsd`` of interfaces.md, byte for byte."""

from hjalp_pipeline.delivery.specification.layout import Layout

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="unqualified">
  <!-- Shape only: what a single record gets wrong is a finding on that record, not a rejection of the file. -->
  <xs:simpleType name="komnr"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{3}"/></xs:restriction></xs:simpleType>
  <xs:element name="leverance">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="udlaan" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:all>
"""
_FIELD = '              <xs:element name="{name}" type="xs:string" minOccurs="0"{nil}/>\n'
_NIL = ' nillable="true"'
_TAIL = """\
            </xs:all>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="komnr" type="komnr" use="required"/>
      <xs:attribute name="kvartal" use="required">
        <xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}K[1-4]"/></xs:restriction></xs:simpleType>
      </xs:attribute>
      <xs:attribute name="system" type="xs:string" use="required"/>
      <xs:attribute name="antal" type="xs:nonNegativeInteger" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""


def xsd(layout: Layout) -> str:
    """The schema: one element a field, each at most once and in any order; form and length are judged record by record."""
    fields = (_FIELD.format(name=field.name, nil=_NIL if field.nillable else "") for field in layout.fields)
    return _HEAD + "".join(fields) + _TAIL
