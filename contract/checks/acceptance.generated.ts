// @ts-nocheck: generated from contract/acceptance.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const acceptance = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"acceptance","$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["schemaVersion","time","suite","scale","cell","author","reason"],"properties":{"schemaVersion":{"const":1},"time":{"type":"string"},"suite":{"type":"string","minLength":1},"scale":{"enum":["paper","proxy","own","smoke"]},"cell":{"type":"string","minLength":1},"author":{"type":"string","minLength":1},"reason":{"type":"string","minLength":1}}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="acceptance" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.time === undefined) && (missing0 = "time"))) || ((data.suite === undefined) && (missing0 = "suite"))) || ((data.scale === undefined) && (missing0 = "scale"))) || ((data.cell === undefined) && (missing0 = "cell"))) || ((data.author === undefined) && (missing0 = "author"))) || ((data.reason === undefined) && (missing0 = "reason"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema11.required,parentSchema:schema11,data}];
return false;
}
else {
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs1 = errors;
if(1 !== data0){
validate10.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.time !== undefined){
let data1 = data.time;
const _errs2 = errors;
if(typeof data1 !== "string"){
validate10.errors = [{instancePath:instancePath+"/time",schemaPath:"#/properties/time/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.time.type,parentSchema:schema11.properties.time,data:data1}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suite !== undefined){
let data2 = data.suite;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data2 === "string"){
if(data2.length < 1){
validate10.errors = [{instancePath:instancePath+"/suite",schemaPath:"#/properties/suite/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.suite,data:data2}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/suite",schemaPath:"#/properties/suite/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.suite.type,parentSchema:schema11.properties.suite,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scale !== undefined){
let data3 = data.scale;
const _errs6 = errors;
if(!((((data3 === "paper") || (data3 === "proxy")) || (data3 === "own")) || (data3 === "smoke"))){
validate10.errors = [{instancePath:instancePath+"/scale",schemaPath:"#/properties/scale/enum",keyword:"enum",params:{allowedValues: schema11.properties.scale.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.scale.enum,parentSchema:schema11.properties.scale,data:data3}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cell !== undefined){
let data4 = data.cell;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data4 === "string"){
if(data4.length < 1){
validate10.errors = [{instancePath:instancePath+"/cell",schemaPath:"#/properties/cell/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.cell,data:data4}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cell",schemaPath:"#/properties/cell/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cell.type,parentSchema:schema11.properties.cell,data:data4}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.author !== undefined){
let data5 = data.author;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data5 === "string"){
if(data5.length < 1){
validate10.errors = [{instancePath:instancePath+"/author",schemaPath:"#/properties/author/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.author,data:data5}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/author",schemaPath:"#/properties/author/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.author.type,parentSchema:schema11.properties.author,data:data5}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.reason !== undefined){
let data6 = data.reason;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data6 === "string"){
if(data6.length < 1){
validate10.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.reason,data:data6}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.reason.type,parentSchema:schema11.properties.reason,data:data6}];
return false;
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
